import { podTemplates, workloadKinds } from "../artefacts/podTemplate";
import { type Resource } from "../engine/resource";
import { type ResourceRule } from "../engine/rule";
import { at, elements, isList, show, text, type Value } from "../engine/snapshot";

// Resources whose objects the engine does not show to a policy, or only in part.
const opaqueModules = /^kubernetes:(helm\.sh|yaml|kustomize)[/:]/;
const opaquePackages = new Set(["command", "pulumi-nodejs", "pulumi-python", "docker", "helm", "kustomize"]);

// Custom resources from which an operator makes tracing workloads or changes their settings.
const operatorGroups =
  /(^|\.)(jaegertracing\.io|opentelemetry\.io|helm\.toolkit\.fluxcd\.io|kustomize\.toolkit\.fluxcd\.io|helm\.cattle\.io|argoproj\.io)$/;

// Kinds whose content the other rules read: a part of one, or a list of them, is not the whole that runs.
const policedKinds = new Set<string>([
  ...workloadKinds,
  "ConfigMap",
  "Secret",
  "Service",
  "Ingress",
  "HTTPRoute",
  "ListenerSet",
  "NetworkPolicy",
  "PodDisruptionBudget",
  "HorizontalPodAutoscaler",
  "PersistentVolumeClaim",
  "PrometheusRule",
  "Elasticsearch",
]);

// The operator of Elasticsearch (ECK): what a resource does not say of its pods, the operator decides.
const eckGroup = /(^|\.)k8s\.elastic\.co$/;

/** Everything that runs can be read by the other rules. */
export const hiddenWorkload: ResourceRule = {
  scope: "resource",
  name: "kubernetes-workload-prohibit-hidden",
  description:
    "The stack consists of whole, raw Kubernetes objects: no Helm release, YAML or Kustomize group, Patch, list, command or operator resource hides what runs.",
  severity: "critical",
  remediationSteps:
    "Write the objects as resources of the program. cert-manager's chart alone may come as a Helm release, without extra objects.",
  *judge(resource) {
    const { type } = resource;
    if (opaquePackages.has(type.package)) {
      yield `${resource.title}: what a resource of the package ${type.package} does cannot be read. Write Kubernetes objects.`;
      return;
    }
    if (!type.kubernetes) return;
    if (opaqueModules.test(type.token)) {
      if (!isCertManagerChart(resource)) {
        yield `${resource.title}: what it deploys cannot be read. Write its objects as resources of the program.`;
      }
      return;
    }
    if (operatorGroups.test(type.group)) {
      yield `${resource.title}: an operator makes workloads or settings from it that cannot be read. Write them as resources of the program.`;
      return;
    }
    if (type.patch && policedKinds.has(type.kind)) {
      yield `${resource.title}: a Patch changes a part of an object whose whole cannot be read. Own the object in the program.`;
    }
    if (type.kind.endsWith("List") && policedKinds.has(type.kind.slice(0, -4))) {
      yield `${resource.title}: write each object of the list as a resource of its own.`;
    }
    yield* identityProblems(resource);
    yield* eckProblems(resource);
    if ((workloadKinds as readonly string[]).includes(type.kind) && podTemplates(resource).length === 0) {
      yield `${resource.title}: its pod template cannot be read (spec is ${show(resource.at("spec"))}). Write it plainly.`;
    }
  },
};

function* eckProblems(resource: Resource): Iterable<string> {
  if (!eckGroup.test(resource.type.group)) return;
  const nodeSets = resource.at("spec", "nodeSets");
  if (!resource.isKind("Elasticsearch") || !isList(nodeSets)) {
    yield `${resource.title}: what its operator runs cannot be read. Use an Elasticsearch with spec.nodeSets.`;
    return;
  }
  for (const [index, nodeSet] of nodeSets.entries()) {
    const containers = elements(at(nodeSet, "podTemplate", "spec", "containers"));
    if (containers.some((container) => at(container, "name") === "elasticsearch")) continue;
    yield `${resource.title}, spec.nodeSets[${index}]: its pod template has no container elasticsearch, so the operator decides what runs. Write it out.`;
  }
}

// The engine passes the type on, the provider follows what the object says of itself: the two have to be one.
function* identityProblems(resource: Resource): Iterable<string> {
  const kind = resource.at("kind");
  if (kind !== undefined && kind !== resource.type.kind && kind !== `${resource.type.kind}Patch`) {
    yield `${resource.title}: its type is ${resource.type.token} and its kind ${show(kind)}. Create it with the class of its kind.`;
  }
  const version = resource.at("apiVersion");
  const expected =
    resource.type.group === "" ? resource.type.version : `${resource.type.group}/${resource.type.version}`;
  if (version !== undefined && version !== expected) {
    yield `${resource.title}: its type is ${resource.type.token} and its apiVersion ${show(version)}. Create it with the class of its kind.`;
  }
}

// The component @pulumi/kubernetes-cert-manager installs this chart; with extraObjects it would deploy anything.
function isCertManagerChart(resource: Resource): boolean {
  if (resource.type.token !== "kubernetes:helm.sh/v3:Release") return false;
  const repository: Value | undefined = resource.at("repositoryOpts", "repo");
  return (
    text(resource.at("chart")) === "cert-manager" &&
    repository === "https://charts.jetstack.io" &&
    (at(resource.at("values"), "extraObjects") ?? null) === null
  );
}
