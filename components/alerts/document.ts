import { renderYaml } from "../jaeger/sharedConfig";
import { guideAlerts } from "./guideAlerts";
import { recordingRules, type RecordingRulesInput } from "./recordingRules";
import type { RuleGroup } from "./rule";
import { timing } from "./thresholds";

/** What the rules depend on. */
export interface RuleGroupsInput extends RecordingRulesInput {
  /** Folder of the runbooks, as a URL. */
  readonly runbookUrl: string;
}

/**
 * All rules. What is recorded and the alerts that read it are one group, in this order: groups are evaluated side by
 * side, and an alert in another one would be an evaluation behind, or read nothing at the start.
 */
export function ruleGroups(input: RuleGroupsInput): readonly RuleGroup[] {
  return [
    {
      name: "nova-tracing-jaeger",
      interval: `${timing.evaluationSeconds}s`,
      rules: [...recordingRules(input), ...guideAlerts(input.runbookUrl)],
    },
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
