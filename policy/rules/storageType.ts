import { collectorConfigurations, storageBackends } from "../artefacts/collectorConfiguration";
import { day, parseGoDuration } from "../artefacts/duration";
import { limitsOf, type ResourceRule } from "../engine/rule";
import { at, show, type Value } from "../engine/snapshot";

/** Spans are kept where the environment says. */
export const storageType: ResourceRule = {
  scope: "resource",
  name: "jaeger-storage-require-type",
  description:
    "Dev keeps spans in memory alone, bounded in number or in age; staging and production keep them in Elasticsearch.",
  severity: "high",
  remediationSteps:
    "Set `storage.type` in the stack file to what policy/limits.ts says for the environment; in dev bound the memory store with max_traces, or badger with a ttl of at most seven days.",
  *judge(resource) {
    for (const { place, document } of collectorConfigurations(resource)) {
      const where = `${resource.title}, ${place}`;
      const found = limitsOf(resource.environment);
      if ("problem" in found) {
        yield `${where}: its storage cannot be judged: ${found.problem}.`;
        continue;
      }
      const { limits, name: environment } = found;
      const extension = at(document, "extensions", "jaeger_storage");
      const backends = storageBackends(document);
      if (extension !== undefined && backends.length === 0) {
        yield `${where}: extensions.jaeger_storage.backends is ${show(at(extension, "backends"))}. Name one backend.`;
      }
      for (const backend of backends) {
        const at_ = `${where}: ${backend.place}`;
        if (backend.type === undefined) {
          yield `${at_} is not one backend of one type, so what it stores in cannot be judged. Write it out, without substitutions.`;
        } else if (limits.storage === "memory") {
          yield* judgeVolatile(at_, backend.type, backend.settings, environment, limits.retentionDays);
        } else if (backend.type !== limits.storage) {
          yield `${at_} is ${backend.type}; ${environment} keeps spans for ${limits.retentionDays} days in ${limits.storage}. Use that.`;
        }
      }
    }
  },
};

function* judgeVolatile(
  where: string,
  type: string,
  settings: Value | undefined,
  environment: string,
  days: number,
): Iterable<string> {
  if (type === "memory") {
    const bound = at(settings, "max_traces");
    if (typeof bound !== "number" || !Number.isInteger(bound) || bound < 1) {
      yield `${where}.memory.max_traces is ${show(bound)}: without a bound the pod grows until it is killed. Set a number of traces that fits the memory limit.`;
    }
    return;
  }
  if (type === "badger") {
    const ttl = at(settings, "ttl", "spans");
    const age = parseGoDuration(ttl);
    if (age === undefined || age <= 0 || age > days * day) {
      yield `${where}.badger.ttl.spans is ${show(ttl)}; ${environment} keeps spans for at most ${days} days. Set at most "${days * 24}h".`;
    }
    return;
  }
  yield `${where} is ${type}; ${environment} keeps spans in memory, and nothing on disk. Use memory, or badger on a memory-backed volume.`;
}
