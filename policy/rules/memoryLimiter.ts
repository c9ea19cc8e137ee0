import { collectorConfigurations, componentType, tracesPipelines } from "../artefacts/collectorConfiguration";
import { parseGoDuration } from "../artefacts/duration";
import { type ResourceRule } from "../engine/rule";
import { at, show, text } from "../engine/snapshot";

/** A collector refuses spans before it runs out of memory. */
export const memoryLimiter: ResourceRule = {
  scope: "resource",
  name: "jaeger-pipeline-require-memory-limiter",
  description:
    "The first step of every pipeline that carries spans is a memory limiter with a limit and an interval.",
  severity: "medium",
  remediationSteps:
    "Put `memory_limiter` first in `processors` of the pipeline, with check_interval and limit_percentage (or limit_mib).",
  *judge(resource) {
    for (const { place, document } of collectorConfigurations(resource)) {
      for (const { id, processors } of tracesPipelines(document)) {
        const where = `${resource.title}, ${place}: pipeline ${id}`;
        const [first] = processors;
        if (componentType(first) !== "memory_limiter") {
          yield `${where} begins with ${show(first)}. Put memory_limiter first, so that it refuses before anything is kept.`;
          continue;
        }
        const settings = at(document, "processors", text(first) ?? "");
        const interval = at(settings, "check_interval");
        if ((parseGoDuration(interval) ?? 0) <= 0) {
          yield `${where}: ${show(first)} has the check_interval ${show(interval)}. Set "1s".`;
        }
        const percentage = at(settings, "limit_percentage");
        const mebibytes = at(settings, "limit_mib");
        const within = typeof percentage === "number" && percentage > 0 && percentage < 100;
        if (!within && !(typeof mebibytes === "number" && mebibytes > 0)) {
          yield `${where}: ${show(first)} has no limit (limit_percentage ${show(percentage)}, limit_mib ${show(mebibytes)}). Set limit_percentage to about 75.`;
        }
      }
    }
  },
};
