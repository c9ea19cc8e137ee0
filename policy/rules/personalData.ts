import { collectorConfigurations, componentType, tracesPipelines } from "../artefacts/collectorConfiguration";
import { type Matcher, patternMatcher } from "../artefacts/goPattern";
import { type ResourceRule } from "../engine/rule";
import { at, elements, type Mapping, show, text, type Value } from "../engine/snapshot";
import { personalDataAttributes } from "../limits";

/** No pipeline lets personal data through. */
export const personalData: ResourceRule = {
  scope: "resource",
  name: "jaeger-pipeline-require-personal-data-step",
  description:
    "Every pipeline that carries spans deletes or hashes the span attributes that may hold personal data (policy/limits.ts lists them).",
  severity: "critical",
  remediationSteps:
    "Put an `attributes` processor into the pipeline whose actions delete or hash every attribute of the list, on all spans.",
  *judge(resource) {
    for (const { place, document } of collectorConfigurations(resource)) {
      for (const { id, processors } of tracesPipelines(document)) {
        const where = `${resource.title}, ${place}: pipeline ${id}`;
        const steps = processors.filter((step) => ["attributes", "redaction"].includes(componentType(step)));
        const covers = steps.flatMap((step) => matchers(document, step));
        const open = personalDataAttributes.filter((name) => !covers.some((matches) => matches(name)));
        if (open.length > 0) {
          yield `${where} lets ${open.join(", ")} through (its steps: ${show(processors)}). Delete or hash them in an attributes processor without include or exclude.`;
        }
      }
    }
  },
};

// What a step removes from every span. A step for some spans only (include, exclude) removes nothing for sure.
function matchers(document: Mapping, step: Value): Matcher[] {
  const settings = at(document, "processors", text(step) ?? "");
  if (at(settings, "include") !== undefined || at(settings, "exclude") !== undefined) return [];
  if (componentType(step) === "redaction") {
    return elements(at(settings, "blocked_key_patterns")).flatMap((pattern) => patternMatcher(pattern));
  }
  return elements(at(settings, "actions")).flatMap((action) => {
    const kind = at(action, "action");
    if (kind !== "delete" && kind !== "hash") return [];
    const key = at(action, "key");
    const pattern = at(action, "pattern");
    return [...(typeof key === "string" ? [(name: string) => name === key] : []), ...patternMatcher(pattern)];
  });
}
