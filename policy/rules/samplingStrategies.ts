import { collectorConfigurations, componentType, tracesPipelines } from "../artefacts/collectorConfiguration";
import { embeddedDocuments } from "../artefacts/document";
import { isStrategiesDocument, rateBounds, rateProblem, readStrategies } from "../artefacts/sampleRate";
import { limitsOf, type ResourceRule } from "../engine/rule";
import { at, entries, isMapping, show } from "../engine/snapshot";
import { samplingConfigSchema } from "./samplingConfigSchema";

// Steps of a collector that drop spans: the rate that a service was given would then not be the rate that is kept.
const droppingSteps = new Set(["tail_sampling", "probabilistic_sampler", "filter", "adaptive_sampling"]);

/** What Jaeger hands out as strategies is within the same bounds as what the ConfigMaps say. */
export const samplingStrategies: ResourceRule = {
  scope: "resource",
  name: "jaeger-sampling-limit-strategies",
  description:
    "Every rate in a remote-sampling strategies file (default, per service, per operation) is within the bounds of the environment; strategies come from such a file alone, and no collector step drops spans.",
  severity: "high",
  remediationSteps:
    "Let the program write the strategies file from the same rates as the ConfigMaps; use probabilistic strategies only.",
  configSchema: samplingConfigSchema,
  *judge(resource, config) {
    if (!resource.isKind("ConfigMap")) return;
    const found = limitsOf(resource.environment);
    for (const { place, content, source } of embeddedDocuments(resource)) {
      const where = `${resource.title}, ${place}`;
      if ("problem" in content) {
        if (/default_strategy|service_strategies/i.test(source)) {
          yield `${where}: the strategies cannot be read: ${content.problem}. Write one plain JSON object.`;
        }
        continue;
      }
      if (!isStrategiesDocument(content.mapping)) continue;
      if ("problem" in found) {
        yield `${where}: its rates cannot be judged: ${found.problem}.`;
        continue;
      }
      const { rates, problems } = readStrategies(content.mapping);
      for (const problem of problems) yield `${where}: ${problem}.`;
      for (const { place: ratePlace, service, rate } of rates) {
        if (typeof rate !== "number") {
          yield `${where}: ${ratePlace} is ${show(rate)}, not a number from 0 to 1.`;
          continue;
        }
        const problem = rateProblem(rate, rateBounds(found.name, found.limits, [service], config));
        if (problem !== undefined) yield `${where}: ${ratePlace} ${problem}`;
      }
    }
    for (const { place, document } of collectorConfigurations(resource)) {
      const where = `${resource.title}, ${place}`;
      const remoteSampling = entries(at(document, "extensions")).filter(
        ([id]) => componentType(id) === "remote_sampling",
      );
      for (const [id, settings] of remoteSampling) {
        if (
          isMapping(settings) &&
          settings.adaptive === undefined &&
          at(settings, "file", "path") !== undefined
        )
          continue;
        yield `${where}: extensions.${id} takes its strategies from elsewhere than a file. Set file.path to a mounted strategies file, and no adaptive block.`;
      }
      for (const { id, processors } of tracesPipelines(document)) {
        for (const step of processors.filter((processor) => droppingSteps.has(componentType(processor)))) {
          yield `${where}: pipeline ${id} has the step ${show(step)}, which drops spans after sampling. Take it out: the rates in the ConfigMaps decide.`;
        }
      }
    }
  },
};
