import { commandLine, containers, podTemplates } from "../artefacts/podTemplate";
import { type RateBounds, rateBounds, samplerProblems, variableRateProblems } from "../artefacts/sampleRate";
import {
  isSamplingVariable,
  samplingVariables,
  serviceConfiguration,
  unknownKeys,
} from "../artefacts/tracingVariables";
import { type Resource } from "../engine/resource";
import { limitsOf, type ResourceRule } from "../engine/rule";
import { at, elements, entries, type Mapping, show, text, UNKNOWN, type Value } from "../engine/snapshot";
import { samplingConfigSchema } from "./samplingConfigSchema";

/** Every place that tells a service how much to record holds a rate within the environment's bounds. */
export const samplingRateBounds: ResourceRule = {
  scope: "resource",
  name: "tracing-sampling-limit-rate",
  description:
    "Every sample rate in a ConfigMap or in a container's own variables is a plain number within the floor and the ceiling of the environment, and of its list of high-traffic services.",
  severity: "high",
  remediationSteps:
    "Set `sampleRate` of the service (or `sampling.defaultRate`) in the stack file to a value within the limits, and take tracing variables out of Deployments: they come from the service's ConfigMap.",
  configSchema: samplingConfigSchema,
  *judge(resource, config) {
    if (resource.isKind("ConfigMap")) yield* judgeConfigMap(resource, config);
    else if (resource.isKind("Secret")) yield* judgeSecret(resource);
    else yield* judgeContainers(resource, config);
  },
};

function* judgeConfigMap(resource: Resource, config: Mapping): Iterable<string> {
  for (const key of unknownKeys(resource)) {
    yield `${resource.title}, ${key}: unknown during preview, so a sample rate in it cannot be judged. Write plain values, not outputs of other resources.`;
  }
  const configuration = serviceConfiguration(resource);
  if (configuration === undefined) return;
  const bounds = boundsOf(
    resource,
    [configuration.service, resource.name, text(configuration.data.OTEL_SERVICE_NAME)],
    config,
  );
  if ("problem" in bounds) {
    yield `${resource.title}: its sample rate cannot be judged: ${bounds.problem}.`;
    return;
  }
  for (const name of [
    "TRACING_ENABLED",
    "TRACING_SAMPLE_RATE",
    "OTEL_TRACES_SAMPLER",
    "OTEL_TRACES_SAMPLER_ARG",
  ]) {
    yield* judgeVariable(name, configuration.data[name], `${resource.title}, data.${name}`, bounds);
  }
  for (const name of samplingVariables.slice(4)) {
    const value = configuration.data[name];
    if (value !== undefined) yield* judgeVariable(name, value, `${resource.title}, data.${name}`, bounds);
  }
}

function* judgeSecret(resource: Resource): Iterable<string> {
  for (const field of ["data", "stringData"]) {
    for (const [key] of entries(resource.at(field))) {
      if (isSamplingVariable(key)) {
        yield `${resource.title}, ${field}.${key}: a Secret must not carry a sampling setting. Put it into the service's ConfigMap, where it can be read and judged.`;
      }
    }
  }
}

function* judgeContainers(resource: Resource, config: Mapping): Iterable<string> {
  for (const template of podTemplates(resource)) {
    for (const container of containers(template)) {
      const where = `${resource.title}, ${container.title}`;
      const own = elements(at(container.spec, "env"));
      const service = text(
        at(
          own.find((entry) => at(entry, "name") === "OTEL_SERVICE_NAME"),
          "value",
        ),
      );
      const bounds = boundsOf(
        resource,
        [service, resource.objectName, resource.name, text(at(container.spec, "name"))],
        config,
      );
      if (at(container.spec, "env") === UNKNOWN || at(container.spec, "envFrom") === UNKNOWN) {
        yield `${where}: its variables are unknown during preview. Write them plainly.`;
      }
      for (const entry of own) yield* judgeOwnVariable(entry, where, bounds);
      for (const source of elements(at(container.spec, "envFrom"))) yield* judgePrefix(source, where);
      for (const word of commandLine(container)) {
        const name = samplingVariables.find((variable) => text(word)?.includes(variable));
        if (name !== undefined) {
          yield `${where}: its command mentions ${name}. Sampling comes from the service's ConfigMap alone.`;
        }
      }
    }
  }
}

type BoundsAnswer = RateBounds | { readonly problem: string };

function boundsOf(resource: Resource, names: readonly (string | undefined)[], config: Mapping): BoundsAnswer {
  const found = limitsOf(resource.environment);
  return "problem" in found ? found : rateBounds(found.name, found.limits, names, config);
}

function* judgeOwnVariable(entry: Value, where: string, bounds: BoundsAnswer): Iterable<string> {
  const name = at(entry, "name");
  if (name === UNKNOWN || entry === UNKNOWN) {
    yield `${where}: the name of a variable is unknown during preview. Write it plainly.`;
    return;
  }
  if (typeof name !== "string" || !isSamplingVariable(name)) return;
  const reference = at(entry, "valueFrom");
  if (reference === undefined) {
    if ("problem" in bounds) yield `${where}, ${name}: cannot be judged: ${bounds.problem}.`;
    else yield* judgeVariable(name, at(entry, "value"), `${where}, ${name}`, bounds);
    return;
  }
  // The same key of a service's ConfigMap is judged there; any other source would be a rate that nobody reads.
  if (
    at(reference, "configMapKeyRef", "key") === name &&
    /-config$/.test(text(at(reference, "configMapKeyRef", "name")) ?? "")
  ) {
    return;
  }
  yield `${where}, ${name}: taken from ${show(reference)}. Take it from the key ${name} of the service's own ConfigMap (SERVICE-config).`;
}

// With a prefix a key such as SAMPLE_RATE becomes TRACING_SAMPLE_RATE in the container alone.
function* judgePrefix(source: Value, where: string): Iterable<string> {
  const prefix = at(source, "prefix");
  if (prefix === undefined || prefix === null || prefix === "") return;
  const hidden = samplingVariables.find((name) => prefix === UNKNOWN || name.startsWith(text(prefix) ?? ""));
  if (hidden !== undefined) {
    yield `${where}: envFrom with the prefix ${show(prefix)} can make ${hidden} out of any key. Take the ConfigMap without a prefix.`;
  }
}

function* judgeVariable(
  name: string,
  value: Value | undefined,
  place: string,
  bounds: RateBounds,
): Iterable<string> {
  switch (name) {
    case "TRACING_SAMPLE_RATE":
    case "OTEL_TRACES_SAMPLER_ARG":
      yield* variableRateProblems(place, value, bounds);
      return;
    case "OTEL_TRACES_SAMPLER":
      yield* samplerProblems(place, value);
      return;
    case "TRACING_ENABLED":
      if (value !== "true") {
        yield `${place}: ${show(value)} records nothing, which is below the floor ${bounds.floor} ${bounds.reason}. Set "true".`;
      }
      return;
    default:
      yield `${place}: ${show(value)} can switch sampling off or replace it. Leave ${name} out: the rate alone decides.`;
  }
}
