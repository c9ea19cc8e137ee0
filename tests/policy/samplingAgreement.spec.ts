/* eslint-disable @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-return -- the cases break documents that no type describes */
import { samplingAgreement } from "../../policy/rules/samplingAgreement";
import { allows, refuses } from "./support/cases";
import { changeDocument, compliantStack, serviceConfigMap } from "./support/compliantStack";
import { assertAllowed, assertRefused } from "./support/evaluate";

describe("tracing-sampling-require-agreement", () => {
  allows(samplingAgreement, [
    {
      title: "a service that the strategies leave to a default of the same rate",
      stack: "production",
      resource: "jaeger-sampling",
      change: (resource) => {
        changeDocument(resource, (d) => d.service_strategies.shift());
      },
    },
    {
      title: "one rate in two ways to write it",
      stack: "production",
      resource: "auth-service-config",
      change: (resource) => {
        resource.props.data.TRACING_SAMPLE_RATE = "0.10";
      },
    },
  ]);

  refuses(samplingAgreement, [
    {
      title: "two rates in one ConfigMap, both within the bounds",
      stack: "production",
      resource: "auth-service-config",
      change: (resource) => {
        resource.props.data.TRACING_SAMPLE_RATE = "0.05";
      },
      says: ["auth-service-config", "TRACING_SAMPLE_RATE is 0.05", "OTEL_TRACES_SAMPLER_ARG is 0.1"],
    },
    {
      title: "a strategy other than the ConfigMap's rate",
      stack: "production",
      resource: "jaeger-sampling",
      change: (resource) => {
        changeDocument(resource, (d) => (d.service_strategies[0].param = 0.05));
      },
      says: ["auth-service gets 0.05", "its ConfigMap says 0.1"],
    },
    {
      title: "a high-traffic service that the strategies leave to the default",
      stack: "production",
      resource: "jaeger-sampling",
      change: (resource) => {
        changeDocument(resource, (d) => d.service_strategies.pop());
      },
      says: ["messaging-service gets 0.1 (the default)", "says 0.01"],
    },
    {
      title: "a strategy for a service that has no ConfigMap",
      stack: "production",
      resource: "jaeger-sampling",
      change: (resource) => {
        changeDocument(resource, (d) =>
          d.service_strategies.push({ service: "search-service", type: "probabilistic", param: 0.1 }),
        );
      },
      says: ['"search-service"', "no ConfigMap"],
    },
    {
      title: "a high-traffic service of the list that the stack does not have",
      stack: "production",
      resource: "messaging-service-config",
      says: ["lists messaging-service", "no ConfigMap of the stack is for it"],
    },
    {
      title: "two ConfigMaps that give a service two rates",
      stack: "production",
      resource: "auth-service-config",
      change: () => undefined,
      beside: [
        (() => {
          const second = serviceConfigMap("auth-service", "production", "0.05");
          second.props.metadata.namespace = "other";
          return { ...second, name: "second" };
        })(),
      ],
      says: ["two sample rates"],
    },
  ]);

  it("refuses a stack without any service's rate", () => {
    const stack = compliantStack("dev").filter(({ name }) => !name.endsWith("-service-config"));
    assertRefused(samplingAgreement, stack, ["No ConfigMap of the stack gives any service a sample rate"]);
  });

  it("does not ask for a listed service where the list changes nothing", () => {
    const stack = compliantStack("dev").filter(({ name }) => name !== "messaging-service-config");
    const [first] = stack.filter(({ name }) => name === "jaeger-sampling");
    changeDocument(first!, (d) => d.service_strategies.pop());
    assertAllowed(samplingAgreement, stack);
  });
});
