/* eslint-disable @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-return -- mutations break documents that no type describes */
import { type Loose } from "../../../policy/support/evaluate";
import {
  all,
  only,
  documents,
  service,
  jaegerPod,
  kubernetesService,
  without,
  object,
  type Mutation,
} from "./change";

/** Ways to hide from the pack what runs. */
export const visibilityMutations: readonly Mutation[] = [
  {
    title: "the stack is called qa",
    stacks: all,
    stackName: "qa",
    refusedBy: "tracing-stack-require-known-environment",
    apply: () => undefined,
  },
  {
    title: "Jaeger comes as a Helm release",
    stacks: all,
    refusedBy: "kubernetes-workload-prohibit-hidden",
    apply: () => [object("helm.sh/v3:Release", { chart: "jaeger" })],
  },
  {
    title: "Jaeger comes as a Helm chart",
    stacks: all,
    refusedBy: "kubernetes-workload-prohibit-hidden",
    apply: () => [object("helm.sh/v4:Chart", { chart: "jaeger" })],
  },
  {
    title: "objects come as a YAML group",
    stacks: all,
    refusedBy: "kubernetes-workload-prohibit-hidden",
    apply: () => [object("yaml/v2:ConfigGroup", {})],
  },
  {
    title: "objects come from Kustomize",
    stacks: all,
    refusedBy: "kubernetes-workload-prohibit-hidden",
    apply: () => [object("kustomize/v2:Directory", {})],
  },
  {
    title: "an operator makes Jaeger",
    stacks: all,
    refusedBy: "kubernetes-workload-prohibit-hidden",
    apply: () => [object("jaegertracing.io/v1:Jaeger", {})],
  },
  {
    title: "a Patch changes Jaeger's Deployment",
    stacks: all,
    refusedBy: "kubernetes-workload-prohibit-hidden",
    apply: () => [object("apps/v1:DeploymentPatch", { spec: {} })],
  },
  {
    title: "a ConfigMap is declared under another type",
    stacks: all,
    refusedBy: "kubernetes-workload-prohibit-hidden",
    apply: service("auth-service", (_, resource) => {
      resource.type = "kubernetes:core/v1:Namespace";
    }),
  },
  {
    title: "Jaeger runs without a configuration",
    stacks: all,
    refusedBy: "jaeger-configuration-require-readable",
    apply: jaegerPod((c) => {
      c.args = [];
    }),
  },
  {
    title: "Jaeger takes settings past its configuration",
    stacks: all,
    refusedBy: "jaeger-configuration-require-readable",
    apply: jaegerPod((c) => c.args.push("--set=extensions.jaeger_storage.backends.x.memory.max_traces=1")),
  },
  {
    title: "Jaeger's configuration comes from a Secret",
    stacks: all,
    refusedBy: "jaeger-configuration-require-readable",
    apply: jaegerPod((_, spec) => {
      spec.volumes = spec.volumes.map((volume: Loose) => ({
        name: volume.name,
        secret: { secretName: "x" },
      }));
    }),
  },
  {
    title: "Jaeger's configuration does not parse",
    stacks: all,
    refusedBy: "jaeger-configuration-require-readable",
    apply: (resources) => {
      const found = only(
        documents(resources, (d) => d.exporters?.jaeger_storage_exporter !== undefined),
        "collector configuration",
      );
      found.owner.props.data[found.key] = "service: {pipelines: [";
      return undefined;
    },
  },
  {
    title: "the collector's Service leads to other pods",
    stacks: all,
    refusedBy: "jaeger-configuration-require-readable",
    apply: kubernetesService("jaeger-collector", (s) => (s.selector = { app: "other" })),
  },
  {
    title: "the stack has no Service for the UI",
    stacks: all,
    refusedBy: "jaeger-configuration-require-readable",
    apply: without(({ type, props }) => type.endsWith(":Service") && props.metadata?.name === "jaeger-query"),
  },
];
