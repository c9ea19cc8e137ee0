import { embeddedDocuments } from "../artefacts/document";
import { isStrategiesDocument, parseRate, readStrategies } from "../artefacts/sampleRate";
import { serviceConfiguration, type ServiceConfiguration } from "../artefacts/tracingVariables";
import { type Finding, limitsOf, type StackRule } from "../engine/rule";
import { type Stack } from "../engine/stack";
import { show, type Value } from "../engine/snapshot";
import { highTrafficServices } from "../limits";

/** The guide's variable, the standard one and Jaeger's strategies give a service one and the same rate. */
export const samplingAgreement: StackRule = {
  scope: "stack",
  name: "tracing-sampling-require-agreement",
  description:
    "Every stack has services with a sample rate; the guide's variable, the standard variable and the strategies file name the same rate for each, and a listed high-traffic service exists and is listed in both.",
  severity: "high",
  remediationSteps:
    "Derive all three from one value for each service; add a strategy for a service that has a ConfigMap, and remove one for a service that has none.",
  *judge(stack) {
    const services = stack.ofKind("ConfigMap").flatMap((resource) => serviceConfiguration(resource) ?? []);
    if (services.length === 0) {
      yield {
        message:
          "No ConfigMap of the stack gives any service a sample rate. Add the services to the stack file.",
      };
    }
    yield* judgeServices(services);
    yield* judgeHighTraffic(stack, services);
    for (const resource of stack.ofKind("ConfigMap")) {
      for (const { place, content } of embeddedDocuments(resource)) {
        if (!("mapping" in content) || !isStrategiesDocument(content.mapping)) continue;
        const { rates } = readStrategies(content.mapping);
        const ofService = new Map<string | undefined, Value | undefined>(
          rates
            .filter(({ operation }) => operation === undefined)
            .map(({ service, rate }) => [service, rate]),
        );
        yield* judgeStrategies(`${resource.title}, ${place}`, resource.urn, ofService, services);
      }
    }
  },
};

function* judgeServices(services: readonly ServiceConfiguration[]): Iterable<Finding> {
  const seen = new Map<string, ServiceConfiguration>();
  for (const configuration of services) {
    const { resource, service, data } = configuration;
    const rate = parseRate(data.TRACING_SAMPLE_RATE);
    const standard = parseRate(data.OTEL_TRACES_SAMPLER_ARG);
    if (rate !== standard) {
      yield {
        urn: resource.urn,
        message: `${resource.title}: TRACING_SAMPLE_RATE is ${rate ?? "no rate"} and OTEL_TRACES_SAMPLER_ARG is ${standard ?? "no rate"}. Write one value into both.`,
      };
    }
    const other = seen.get(service);
    if (other !== undefined && parseRate(other.data.TRACING_SAMPLE_RATE) !== rate) {
      yield {
        urn: resource.urn,
        message: `${resource.title} and ${other.resource.title} give ${service} two sample rates. Give it one.`,
      };
    }
    seen.set(service, configuration);
  }
}

function* judgeHighTraffic(stack: Stack, services: readonly ServiceConfiguration[]): Iterable<Finding> {
  const found = limitsOf(stack.environment);
  if ("problem" in found || found.limits.highTrafficCeiling >= found.limits.sampleRate.ceiling) return;
  for (const name of highTrafficServices) {
    if (services.some(({ service }) => service === name)) continue;
    yield {
      message: `policy/limits.ts lists ${name} as a high-traffic service, and no ConfigMap of the stack is for it. Correct the name in the stack file, or take it from the list.`,
    };
  }
}

function* judgeStrategies(
  where: string,
  urn: string,
  ofService: ReadonlyMap<string | undefined, Value | undefined>,
  services: readonly ServiceConfiguration[],
): Iterable<Finding> {
  for (const { service, data } of services) {
    const own = ofService.get(service);
    const strategy = own ?? ofService.get(undefined);
    const rate = parseRate(data.TRACING_SAMPLE_RATE);
    if (rate !== undefined && strategy !== rate) {
      yield {
        urn,
        message: `${where}: ${service} gets ${show(strategy)} ${own === undefined ? "(the default) " : ""}and its ConfigMap says ${rate}. Derive both from one value.`,
      };
    }
  }
  const known = new Set(services.map(({ service }) => service));
  for (const name of ofService.keys()) {
    if (name === undefined || known.has(name)) continue;
    yield {
      urn,
      message: `${where}: a strategy for "${name}", which has no ConfigMap in the stack. Remove it, or add the service.`,
    };
  }
}
