import { gatewayRole } from "../jaeger/metrics";
import { renderYaml } from "../jaeger/sharedConfig";
import { availabilityAlerts, type AvailabilityAlertsInput } from "./availabilityAlerts";
import { budgetRules } from "./budgetRules";
import { certificateAlerts } from "./certificateAlerts";
import { elasticsearchAlerts } from "./elasticsearchAlerts";
import type { ElasticsearchMetrics } from "./elasticsearchMetrics";
import { gatewayAlerts } from "./gatewayAlerts";
import { guideAlerts } from "./guideAlerts";
import { ingestAlerts } from "./ingestAlerts";
import { jobAlerts } from "./jobAlerts";
import { probeAlerts } from "./probeAlerts";
import { probeRole } from "./probeMetrics";
import { queryAlerts } from "./queryAlerts";
import { recordingRules, type RecordingRulesInput } from "./recordingRules";
import type { RuleGroup } from "./rule";
import { has } from "./spanPods";
import { storageAlerts } from "./storageAlerts";
import { timing } from "./thresholds";

/** What the rules depend on. */
export interface RuleGroupsInput extends RecordingRulesInput, AvailabilityAlertsInput {
  /** Whether cert-manager issues certificates in the namespace. */
  readonly certificates: boolean;
  /** What there is of Elasticsearch's own metrics. @default nothing: no alerts on them */
  readonly elasticsearchMetrics?: ElasticsearchMetrics | undefined;
}

/**
 * All rules. What is recorded and the alerts that read it are one group, in this order: groups are evaluated side by
 * side, and an alert in another one would be an evaluation behind, or read nothing at the start. Only the error budgets
 * of asynchronous writes read another group's record: over five minutes and more, an evaluation does not matter.
 */
export function ruleGroups(input: RuleGroupsInput): readonly RuleGroup[] {
  const group = (topic: string, rules: RuleGroup["rules"]): RuleGroup => ({
    name: `nova-tracing-${topic}`,
    interval: `${timing.evaluationSeconds}s`,
    rules,
  });
  const budgets = budgetRules(input);
  return [
    group("jaeger", [
      ...recordingRules(input),
      ...guideAlerts(input.runbookUrl),
      ...ingestAlerts(input),
      ...storageAlerts(input),
    ]),
    ...(has(input, gatewayRole) ? [group("gateway", gatewayAlerts(input))] : []),
    group("query", queryAlerts(input)),
    group("ingest-budget", budgets.ingest),
    group("query-budget", budgets.query),
    ...(has(input, probeRole)
      ? [group("probe", probeAlerts(input)), group("freshness-budget", budgets.freshness)]
      : []),
    group("availability", availabilityAlerts(input)),
    ...(input.certificates ? [group("certificates", certificateAlerts(input))] : []),
    group("jobs", jobAlerts(input)),
    ...(input.elasticsearchMetrics === undefined
      ? []
      : [group("elasticsearch", elasticsearchAlerts(input, input.elasticsearchMetrics))]),
  ];
}

/** The groups as a file that Prometheus loads by `rule_files`. */
export function rulesFile(groups: readonly RuleGroup[]): string {
  return renderYaml({
    groups: groups.map(({ name, interval, rules }) => ({
      name,
      interval,
      rules: rules.map((rule) => ({ ...rule })),
    })),
  });
}
