import { embeddedDocuments } from "../artefacts/document";
import { type Resource } from "../engine/resource";
import { limitsOf, type StackRule } from "../engine/rule";
import { at, elements, show, text, type Value } from "../engine/snapshot";

/** An alert of the guide, word for word. */
interface GuideAlert {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly severity: string;
}

const guideAlerts: readonly GuideAlert[] = [
  {
    alert: "JaegerSpansDropped",
    expr: "rate(jaeger_collector_spans_dropped_total[5m]) > 100",
    for: "10m",
    severity: "warning",
  },
  { alert: "JaegerQueueFull", expr: "jaeger_collector_queue_length > 4000", for: "5m", severity: "critical" },
];

/** Somebody is told when spans are lost. */
export const alertsPresent: StackRule = {
  scope: "stack",
  name: "prometheus-alert-require-guide-alerts",
  description:
    "Above dev both alerts of the guide exist once, with its expression, threshold, duration and severity.",
  severity: "medium",
  remediationSteps:
    "Deploy the alerts of components/prometheusAlerts.ts as they are; add alerts of your own under other names.",
  *judge(stack) {
    const found = limitsOf(stack.environment);
    if ("problem" in found) {
      yield { message: `The alerts of the stack cannot be judged: ${found.problem}.` };
      return;
    }
    if (found.limits.storage === "memory") return;
    const rules = stack
      .ofKind("ConfigMap", "PrometheusRule")
      .flatMap((resource) => alertRules(resource).map((rule) => ({ resource, rule })));
    for (const expected of guideAlerts) {
      const [first, second] = rules.filter(({ rule }) => at(rule, "alert") === expected.alert);
      if (first === undefined || second !== undefined) {
        yield {
          message: `${found.name} has ${first === undefined ? "no" : "more than one"} alert ${expected.alert}. Deploy the guide's, once.`,
        };
        continue;
      }
      const { resource, rule } = first;
      const given: [string, Value | undefined, string][] = [
        ["expr", text(at(rule, "expr"))?.replace(/\s+/g, " ").trim() ?? at(rule, "expr"), expected.expr],
        ["for", at(rule, "for"), expected.for],
        ["labels.severity", at(rule, "labels", "severity"), expected.severity],
      ];
      for (const [name, value, wanted] of given) {
        if (value === wanted) continue;
        yield {
          urn: resource.urn,
          message: `${resource.title}: ${name} of ${expected.alert} is ${show(value)}; the guide says ${show(wanted)}. Use that.`,
        };
      }
    }
  },
};

// Rule groups stand in a PrometheusRule, or as a document in a ConfigMap where there is no Prometheus operator.
function alertRules(resource: Resource): Value[] {
  const groups = resource.isKind("PrometheusRule")
    ? elements(resource.at("spec", "groups"))
    : embeddedDocuments(resource).flatMap(({ content }) =>
        "mapping" in content ? elements(content.mapping.groups) : [],
      );
  return groups.flatMap((group) => elements(at(group, "rules")));
}
