/* eslint-disable @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-return -- mutations break documents that no type describes */
import {
  above,
  all,
  collector,
  gateway,
  jaegerPod,
  networkPolicy,
  object,
  only,
  type Mutation,
} from "./change";

/** Ways to store what must not be stored, and to run pods as nobody should. */
export const pipelinesMutations: readonly Mutation[] = [
  {
    title: "the personal data step is gone",
    stacks: all,
    refusedBy: "jaeger-pipeline-require-personal-data-step",
    apply: collector((d) => (d.service.pipelines.traces.processors = ["memory_limiter"])),
  },
  {
    title: "the personal data step has no actions",
    stacks: all,
    refusedBy: "jaeger-pipeline-require-personal-data-step",
    apply: collector((d) => {
      for (const id of Object.keys(d.processors as object))
        if (id.startsWith("attributes")) d.processors[id] = { actions: [] };
    }),
  },
  {
    title: "a second pipeline lacks the personal data step",
    stacks: all,
    refusedBy: "jaeger-pipeline-require-personal-data-step",
    apply: collector((d) => {
      d.service.pipelines["traces/second"] = {
        ...d.service.pipelines.traces,
        processors: ["memory_limiter"],
      };
    }),
  },
  {
    title: "the gateway's redaction is gone",
    stacks: above,
    refusedBy: "jaeger-gateway-require-redaction",
    apply: gateway((d) => d.service.pipelines.traces.processors.pop()),
  },
  {
    title: "the gateway does not look for cards and whatever else has digits alone",
    stacks: above,
    refusedBy: "jaeger-gateway-require-redaction",
    apply: gateway((d) => (d.processors["redaction/pii"].blocked_values = ["(?i)[a-z]"])),
  },
  {
    title: "the gateway looks at no event",
    stacks: above,
    refusedBy: "jaeger-gateway-require-redaction",
    apply: gateway((d) => d.processors["transform/pii"].trace_statements.pop()),
  },
  {
    title: "a step of the gateway goes on after an error",
    stacks: above,
    refusedBy: "jaeger-gateway-require-redaction",
    apply: gateway((d) => (d.processors["transform/pii"].error_mode = "ignore")),
  },
  {
    title: "the gateway has a queue that acknowledges what it holds",
    stacks: above,
    refusedBy: "jaeger-gateway-require-redaction",
    apply: gateway((d) => delete d.exporters.otlp_http.sending_queue),
  },
  {
    title: "the Service for spans leads past the gateway",
    stacks: above,
    refusedBy: "jaeger-gateway-require-redaction",
    apply: (resources) => {
      const services = resources.filter(({ type }) => type.endsWith(":Service"));
      const spans = only(
        services.filter(({ props }) => props.metadata?.name === "jaeger-collector"),
        "Service jaeger-collector",
      );
      spans.props.spec.selector["app.kubernetes.io/component"] = "collector";
      return undefined;
    },
  },
  {
    title: "the gateway sends to another collector as well",
    stacks: above,
    refusedBy: "jaeger-gateway-require-redaction",
    apply: gateway((d) => {
      d.exporters["otlp_http/copy"] = {
        endpoint: "https://copy.example.com",
        sending_queue: { enabled: false },
      };
      d.service.pipelines.traces.exporters.push("otlp_http/copy");
    }),
  },
  {
    title: "services may send spans to Jaeger's own collectors",
    stacks: above,
    refusedBy: "jaeger-gateway-prohibit-bypass",
    apply: networkPolicy("jaeger-collector-backend", (s) => {
      for (const rule of s.ingress) rule.ports.push({ port: 4318, protocol: "TCP" });
    }),
  },
  {
    title: "a NetworkPolicy lets every address in at every port",
    stacks: all,
    refusedBy: "kubernetes-network-require-default-deny",
    apply: networkPolicy(
      "default-deny",
      (s) => (s.ingress = [{ from: [{ ipBlock: { cidr: "0.0.0.0/0" } }] }]),
    ),
  },
  {
    title: "the namespace takes pods of every kind",
    stacks: all,
    refusedBy: "kubernetes-pod-require-restricted-security",
    apply: (resources) => {
      const { metadata } = only(
        resources.filter(({ type }) => type.endsWith(":Namespace")),
        "namespace",
      ).props;
      metadata.labels["pod-security.kubernetes.io/enforce"] = "privileged";
      return undefined;
    },
  },
  {
    title: "the memory limiter is not the first step",
    stacks: all,
    refusedBy: "jaeger-pipeline-require-memory-limiter",
    apply: collector((d) => d.service.pipelines.traces.processors.reverse()),
  },
  {
    title: "Jaeger's container is privileged",
    stacks: all,
    refusedBy: "kubernetes-pod-require-restricted-security",
    apply: jaegerPod((c) => (c.securityContext.privileged = true)),
  },
  {
    title: "Jaeger runs as root",
    stacks: all,
    refusedBy: "kubernetes-pod-require-restricted-security",
    apply: jaegerPod((c) => (c.securityContext.runAsUser = 0)),
  },
  {
    title: "Jaeger uses the network of the node",
    stacks: all,
    refusedBy: "kubernetes-pod-require-restricted-security",
    apply: jaegerPod((_, spec) => (spec.hostNetwork = true)),
  },
  {
    title: "Jaeger has no limits",
    stacks: all,
    refusedBy: "kubernetes-container-require-resource-limits",
    apply: jaegerPod((c) => {
      delete c.resources.limits;
    }),
  },
  {
    title: "Jaeger's image is latest",
    stacks: all,
    refusedBy: "kubernetes-image-require-pinned-tag",
    apply: jaegerPod((c) => (c.image = "jaegertracing/jaeger:latest")),
  },
  {
    title: "a password is a literal variable",
    stacks: all,
    refusedBy: "kubernetes-secret-prohibit-plain-text",
    apply: jaegerPod((c) => {
      c.env = [...(c.env ?? []), { name: "ES_PASSWORD", value: "correct-horse" }];
    }),
  },
  {
    title: "a password stands in a ConfigMap",
    stacks: all,
    refusedBy: "kubernetes-secret-prohibit-plain-text",
    apply: () => [object("core/v1:ConfigMap", { data: { PASSWORD: "correct-horse" } })],
  },
];
