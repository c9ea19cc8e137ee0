/* eslint-disable @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-return -- mutations break documents that no type describes */
import { unknownText } from "../../../policy/support/evaluate";
import {
  all,
  only,
  documents,
  collector,
  strategies,
  service,
  without,
  object,
  setRate,
  type Mutation,
} from "./change";

/** Ways to record more or fewer traces than the environment allows. */
export const samplingMutations: readonly Mutation[] = [
  {
    title: "a service samples 0.9",
    stacks: all,
    refusedBy: "tracing-sampling-limit-rate",
    apply: service("auth-service", setRate("0.9")),
  },
  {
    title: "a service samples 0.001",
    stacks: all,
    refusedBy: "tracing-sampling-limit-rate",
    apply: service("auth-service", setRate("0.001")),
  },
  {
    title: "production runs with dev's rate in the standard variable alone",
    stacks: ["production"],
    refusedBy: "tracing-sampling-limit-rate",
    apply: service("auth-service", (d) => (d.OTEL_TRACES_SAMPLER_ARG = "1.0")),
  },
  {
    title: "the high-traffic service samples 0.1",
    stacks: ["production"],
    refusedBy: "tracing-sampling-limit-rate",
    apply: service("messaging-service", setRate("0.1")),
  },
  {
    title: "the high-traffic service samples 0.1 and its ConfigMap has another name",
    stacks: ["production"],
    refusedBy: "tracing-sampling-limit-rate",
    apply: service("messaging-service", (data, resource) => {
      setRate("0.1")(data);
      resource.props.metadata.name = "chat-config";
    }),
  },
  {
    title: "the high-traffic service has no ConfigMap",
    stacks: ["production"],
    refusedBy: "tracing-sampling-require-agreement",
    apply: without(({ props }) => props.metadata?.name === "messaging-service-config"),
  },
  {
    title: "a rate is missing",
    stacks: all,
    refusedBy: "tracing-sampling-limit-rate",
    apply: service("auth-service", (d) => {
      delete d.TRACING_SAMPLE_RATE;
    }),
  },
  {
    title: 'a rate reads "0.1x"',
    stacks: all,
    refusedBy: "tracing-sampling-limit-rate",
    apply: service("auth-service", setRate("0.1x")),
  },
  {
    title: "a rate is unknown during preview",
    stacks: all,
    refusedBy: "tracing-sampling-limit-rate",
    apply: service("auth-service", setRate(unknownText)),
  },
  {
    title: "the sampler is always_on",
    stacks: all,
    refusedBy: "tracing-sampling-limit-rate",
    apply: service("auth-service", (d) => (d.OTEL_TRACES_SAMPLER = "always_on")),
  },
  {
    title: "tracing is switched off in a ConfigMap",
    stacks: all,
    refusedBy: "tracing-sampling-limit-rate",
    apply: service("auth-service", (d) => (d.TRACING_ENABLED = "false")),
  },
  {
    title: "the two variables of a service differ",
    stacks: ["production"],
    refusedBy: "tracing-sampling-require-agreement",
    apply: service("auth-service", (d) => (d.TRACING_SAMPLE_RATE = "0.05")),
  },
  {
    title: "a Patch of a service's ConfigMap sets another rate",
    stacks: all,
    refusedBy: "tracing-sampling-limit-rate",
    apply: () => [
      object("core/v1:ConfigMapPatch", {
        metadata: { name: "auth-service-config", namespace: "default" },
        data: { TRACING_SAMPLE_RATE: "0.9" },
      }),
    ],
  },
  {
    title: "a Deployment sets a rate of its own",
    stacks: all,
    refusedBy: "tracing-sampling-limit-rate",
    apply: () => [
      object("apps/v1:Deployment", {
        spec: {
          template: {
            spec: { containers: [{ name: "app", env: [{ name: "TRACING_SAMPLE_RATE", value: "0.9" }] }] },
          },
        },
      }),
    ],
  },
  {
    title: "a Deployment makes a rate out of a key with a prefix",
    stacks: all,
    refusedBy: "tracing-sampling-limit-rate",
    apply: () => [
      object("apps/v1:Deployment", {
        spec: {
          template: {
            spec: {
              containers: [{ name: "app", envFrom: [{ prefix: "TRACING_", configMapRef: { name: "x" } }] }],
            },
          },
        },
      }),
    ],
  },
  {
    title: "a Secret holds a rate",
    stacks: all,
    refusedBy: "tracing-sampling-limit-rate",
    apply: () => [object("core/v1:Secret", { stringData: { TRACING_SAMPLE_RATE: "0.9" } })],
  },
  {
    title: "the strategies' default is 0.9",
    stacks: all,
    refusedBy: "jaeger-sampling-limit-strategies",
    apply: strategies((d) => (d.default_strategy.param = 0.9)),
  },
  {
    title: "a service's strategy is 0.9",
    stacks: all,
    refusedBy: "jaeger-sampling-limit-strategies",
    apply: strategies((d) => (d.service_strategies[0].param = 0.9)),
  },
  {
    title: "an operation's strategy is 0.9",
    stacks: all,
    refusedBy: "jaeger-sampling-limit-strategies",
    apply: strategies((d) => {
      d.service_strategies[0].operation_strategies = [
        { operation: "GET /", type: "probabilistic", param: 0.9 },
      ];
    }),
  },
  {
    title: "a strategy limits a rate a second",
    stacks: all,
    refusedBy: "jaeger-sampling-limit-strategies",
    apply: strategies((d) => (d.service_strategies[0].type = "ratelimiting")),
  },
  {
    title: "the strategies lie under another key, with another default",
    stacks: all,
    refusedBy: "jaeger-sampling-limit-strategies",
    apply: (resources) => {
      const found = only(
        documents(resources, (d) => d.default_strategy !== undefined),
        "strategies file",
      );
      found.content.default_strategy.param = 0.9;
      found.owner.props.data = { notes: JSON.stringify(found.content) };
      return undefined;
    },
  },
  {
    title: "the strategies and a ConfigMap differ",
    stacks: ["production"],
    refusedBy: "tracing-sampling-require-agreement",
    apply: strategies((d) => (d.service_strategies[0].param = 0.07)),
  },
  {
    title: "the collector drops spans by tail sampling",
    stacks: all,
    refusedBy: "jaeger-sampling-limit-strategies",
    apply: collector((d) => d.service.pipelines.traces.processors.push("tail_sampling")),
  },
  {
    title: "a ConfigMap names another environment",
    stacks: all,
    refusedBy: "tracing-configmap-require-contract",
    apply: service("auth-service", (d) => (d.APP_ENV = "elsewhere")),
  },
  {
    title: "a service sends its spans to another host",
    stacks: all,
    refusedBy: "tracing-configmap-require-contract",
    apply: service("auth-service", (d) => (d.OTLP_ENDPOINT = "http://traces.example.com:4317")),
  },
];
