/* eslint-disable @typescript-eslint/no-unsafe-member-access -- the cases break documents that no type describes */
import { workloadKinds } from "../../policy/artefacts/podTemplate";
import { hiddenWorkload } from "../../policy/rules/hiddenWorkload";
import { refuses } from "./support/cases";
import { assertAllowed, assertRefused, type Declared, unknownMapping } from "./support/evaluate";

function declared(type: string, props: object = {}): Declared {
  return {
    type,
    name: "thing",
    props: { metadata: { name: "thing", namespace: "observability" }, ...props },
  };
}

describe("kubernetes-workload-prohibit-hidden", () => {
  const opaque = [
    "kubernetes:helm.sh/v3:Release",
    "kubernetes:helm.sh/v3:Chart",
    "kubernetes:helm.sh/v4:Chart",
    "kubernetes:helm.sh/v2:Chart",
    "kubernetes:yaml:ConfigGroup",
    "kubernetes:yaml:ConfigFile",
    "kubernetes:yaml/v2:ConfigGroup",
    "kubernetes:yaml/v2:ConfigFile",
    "kubernetes:kustomize:Directory",
    "kubernetes:kustomize/v2:Directory",
    "command:local:Command",
    "pulumi-nodejs:dynamic:Resource",
    "kubernetes:jaegertracing.io/v1:Jaeger",
    "kubernetes:opentelemetry.io/v1beta1:OpenTelemetryCollector",
    "kubernetes:opentelemetry.io/v1alpha1:Instrumentation",
    "kubernetes:helm.toolkit.fluxcd.io/v2:HelmRelease",
    "kubernetes:argoproj.io/v1alpha1:Application",
  ];
  for (const type of opaque) {
    it(`refuses ${type}, whatever it says that it holds`, () => {
      assertRefused(hiddenWorkload, [declared(type)], ["thing", "cannot be read"]);
    });
  }

  for (const kind of [
    ...workloadKinds,
    ...["ConfigMap", "Secret", "Service", "Ingress", "HTTPRoute", "ListenerSet"],
  ]) {
    it(`refuses a Patch and a list of the kind ${kind}`, () => {
      assertRefused(
        hiddenWorkload,
        [declared(`kubernetes:apps/v1:${kind}Patch`)],
        ["a Patch changes a part"],
      );
      assertRefused(
        hiddenWorkload,
        [declared(`kubernetes:apps/v1:${kind}List`)],
        ["each object of the list"],
      );
    });
  }

  refuses(hiddenWorkload, [
    {
      title: "an object whose kind is another than its type says",
      resource: "jaeger-config",
      change: (resource) => {
        resource.type = "kubernetes:core/v1:Namespace";
      },
      says: ["kubernetes:core/v1:Namespace", '"ConfigMap"'],
    },
    {
      title: "an object whose API version is another than its type says",
      resource: "jaeger",
      change: (resource) => {
        resource.props.apiVersion = "extensions/v1beta1";
      },
      says: ["kubernetes:apps/v1:Deployment", "extensions/v1beta1"],
    },
    {
      title: "a Deployment whose spec is unknown during preview",
      resource: "jaeger",
      change: (resource) => {
        resource.props.spec = unknownMapping;
      },
      says: ["its pod template cannot be read", "unknown during preview"],
    },
    {
      title: "a Deployment without a pod template",
      resource: "jaeger",
      change: (resource) => {
        resource.props.spec = {};
      },
      says: ["its pod template cannot be read"],
    },
    {
      title: "a Helm release in an unknown stack too",
      resource: "jaeger",
      change: (resource) => {
        resource.type = "kubernetes:helm.sh/v3:Release";
      },
      options: { stack: "qa" },
      says: ["cannot be read"],
    },
  ]);

  describe("with cert-manager's chart", () => {
    const chart = { chart: "cert-manager", repositoryOpts: { repo: "https://charts.jetstack.io" } };
    const release = "kubernetes:helm.sh/v3:Release";

    it("allows it from its own repository, and the component that installs it", () => {
      assertAllowed(hiddenWorkload, [
        declared(release, chart),
        declared("kubernetes-cert-manager:index:CertManager"),
      ]);
    });

    it("refuses it with extra objects, which would be anything", () => {
      const values = { extraObjects: ["kind: Deployment"] };
      assertRefused(hiddenWorkload, [declared(release, { ...chart, values })], ["cannot be read"]);
      assertRefused(
        hiddenWorkload,
        [declared(release, { ...chart, values: unknownMapping })],
        ["cannot be read"],
      );
    });

    it("refuses a chart of that name from elsewhere", () => {
      const other = { ...chart, repositoryOpts: { repo: "https://charts.example.com" } };
      assertRefused(hiddenWorkload, [declared(release, other)], ["cannot be read"]);
      assertRefused(hiddenWorkload, [declared(release, { chart: "cert-manager" })], ["cannot be read"]);
    });
  });

  it("allows whole objects, and a Patch of what no rule reads", () => {
    assertAllowed(hiddenWorkload, [
      declared("kubernetes:core/v1:NamespacePatch"),
      declared("kubernetes:rbac.authorization.k8s.io/v1:Role"),
      declared("random:index/randomPassword:RandomPassword"),
      declared("nova:tracing:JaegerStack"),
    ]);
  });
});
