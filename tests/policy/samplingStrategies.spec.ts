/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-return -- the cases break documents that no type describes */
import { samplingStrategies } from "../../policy/rules/samplingStrategies";
import { allows, refuses } from "./support/cases";
import { edit } from "./support/compliantStack";
import { type Declared } from "./support/evaluate";

function write(text: string): (resource: Declared) => void {
  return (resource) => {
    resource.props.data["strategies.json"] = text;
  };
}

const production = { stack: "production" as const, resource: "jaeger-sampling" };
const collector = { stack: "production" as const, resource: "jaeger-collector-config" };

describe("jaeger-sampling-limit-strategies", () => {
  allows(samplingStrategies, [
    {
      ...production,
      title: "the default at the ceiling and at the floor",
      change: edit((d) => (d.default_strategy.param = 0.01)),
    },
    {
      ...production,
      title: "an operation within the bounds",
      change: edit((d) => {
        d.service_strategies[0].operation_strategies = [
          { operation: "GET /", type: "probabilistic", param: 0.05 },
        ];
      }),
    },
  ]);

  refuses(samplingStrategies, [
    {
      ...production,
      title: "a default just over the ceiling",
      change: edit((d) => (d.default_strategy.param = 0.11)),
      says: ["default_strategy.param", "0.11 is above the ceiling 0.1"],
    },
    {
      ...production,
      title: "a default just under the floor",
      change: edit((d) => (d.default_strategy.param = 0.009)),
      says: ["default_strategy.param", "below the floor 0.01"],
    },
    {
      ...production,
      title: "a service over the ceiling",
      change: edit((d) => (d.service_strategies[0].param = 1)),
      says: ["service_strategies[0].param", "above the ceiling 0.1"],
    },
    {
      ...production,
      title: "a high-traffic service just over its own ceiling",
      change: edit((d) => (d.service_strategies[1].param = 0.011)),
      says: ["service_strategies[1].param", "above the ceiling 0.01", "messaging-service"],
    },
    {
      ...production,
      title: "an operation of a service over the ceiling",
      change: edit((d) => {
        d.service_strategies[0].operation_strategies = [
          { operation: "GET /", type: "probabilistic", param: 0.5 },
        ];
      }),
      says: ["operation_strategies[0].param", "0.5 is above"],
    },
    {
      ...production,
      title: "an operation of a high-traffic service over its ceiling",
      change: edit((d) => {
        d.service_strategies[1].operation_strategies = [
          { operation: "GET /", type: "probabilistic", param: 0.1 },
        ];
      }),
      says: ["service_strategies[1].operation_strategies[0].param", "ceiling 0.01"],
    },
    {
      ...production,
      title: "an operation of the default over the ceiling",
      change: edit((d) => {
        d.default_strategy.operation_strategies = [{ operation: "GET /", type: "probabilistic", param: 0.2 }];
      }),
      says: ["default_strategy.operation_strategies[0].param"],
    },
    {
      ...production,
      title: "a rate limit in place of a share",
      change: edit(
        (d) => (d.service_strategies[0] = { service: "auth-service", type: "ratelimiting", param: 1 }),
      ),
      says: ["ratelimiting", "probabilistic"],
    },
    {
      ...production,
      title: "a rate that is a text",
      change: edit((d) => (d.default_strategy.param = "0.1")),
      says: ["not a number"],
    },
    {
      ...production,
      title: "a missing rate",
      change: edit((d) => {
        delete d.default_strategy.param;
      }),
      says: ["default_strategy.param is missing"],
    },
    {
      ...production,
      title: "a missing default",
      change: edit((d) => {
        delete d.default_strategy;
      }),
      says: ["default_strategy is missing"],
    },
    {
      ...production,
      title: "a second spelling of a key, which Jaeger would follow",
      change: edit((d) => (d.Default_Strategy = { type: "probabilistic", param: 1 })),
      says: ['unexpected key "Default_Strategy"'],
    },
    {
      ...production,
      title: "a second strategy for a service",
      change: edit((d) =>
        d.service_strategies.push({ service: "auth-service", type: "probabilistic", param: 0.1 }),
      ),
      says: ["a second strategy for auth-service"],
    },
    {
      ...production,
      title: "a file under any other name",
      change: (resource) => {
        edit((d) => (d.default_strategy.param = 1))(resource);
        resource.props.data = { "notes.txt": resource.props.data["strategies.json"] };
      },
      says: ["notes.txt", "above the ceiling 0.1"],
    },
    {
      ...production,
      title: "a file in binaryData",
      change: (resource) => {
        edit((d) => (d.default_strategy.param = 1))(resource);
        const content = Buffer.from(resource.props.data["strategies.json"] as string).toString("base64");
        resource.props.data = {};
        resource.props.binaryData = { "strategies.json": content };
      },
      says: ["binaryData", "above the ceiling 0.1"],
    },
    {
      ...production,
      title: "an unparsable file",
      change: write('{"default_strategy": {"type": "probabilistic", "param": 0.1}'),
      says: ["the strategies cannot be read"],
    },
    {
      ...production,
      title: "a key that stands twice",
      change: write('{"default_strategy":{"type":"probabilistic","param":0.1,"param":1}}'),
      says: ["the strategies cannot be read", "unique"],
    },
    {
      ...production,
      title: "a Patch of the ConfigMap",
      change: (resource) => {
        resource.type = "kubernetes:core/v1:ConfigMapPatch";
        edit((d) => (d.default_strategy.param = 1))(resource);
      },
      says: ["ConfigMapPatch", "above the ceiling"],
    },
    {
      ...production,
      title: "an unknown stack",
      change: () => undefined,
      options: { stack: "qa" },
      says: ["cannot be judged", '"qa"'],
    },
    {
      ...collector,
      title: "adaptive sampling, which has no bounds",
      change: edit((d) => (d.extensions.remote_sampling.adaptive = { sampling_store: "main" })),
      says: ["remote_sampling", "adaptive"],
    },
    {
      ...collector,
      title: "remote sampling without a file",
      change: edit((d) => (d.extensions.remote_sampling = {})),
      says: ["remote_sampling", "file"],
    },
    ...["tail_sampling", "filter/health", "probabilistic_sampler"].map((step) => ({
      ...collector,
      title: `the collector step ${step}, which drops spans after sampling`,
      change: edit((d) => d.service.pipelines.traces.processors.push(step)),
      says: [step, "drops spans"],
    })),
    {
      ...production,
      title: "a rate over a lower ceiling of the pack configuration",
      change: () => undefined,
      options: { config: { ceiling: 0.05 } },
      says: ["above the ceiling 0.05"],
    },
  ]);
});
