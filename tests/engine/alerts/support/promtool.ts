import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { ruleGroups, rulesFile, type RuleGroupsInput } from "../../../../components/alerts/document";
import { thresholds, type AlertName } from "../../../../components/alerts/thresholds";
import type { WriteMode } from "../../../../components/jaeger/metrics";
import { sandboxPaths } from "../../../../sandbox/support/paths";
import { lineProgress } from "../../../../sandbox/support/progress";
import { ensureToolchain } from "../../../../sandbox/toolchain/toolchain";

// What Prometheus makes of the rendered rules: promtool reads the very file that is deployed, and is given invented
// series. That Jaeger has such series is in tests/elasticsearch/alertMetrics.spec.ts.

/** Series by their selector, in promtool's notation: a value every 30 s, unless another interval is given. */
export type Series = Readonly<Record<string, string>>;

/** Labels by name. */
export type Labels = Readonly<Record<string, string>>;

/** A sample of an answer. */
export interface Sample {
  /** Metric and labels: `up{pod="a"}`. */
  readonly labels: string;
  readonly value: number;
}

/** Values by time (`5m`) and expression, each with its labels. */
export type Expected = readonly { readonly at: string; readonly expr: string; readonly samples: Sample[] }[];

/** Which alerts fire, by time: their labels beside the name and the severity. */
export type Firing = Readonly<Record<string, readonly Labels[]>>;

/** How series are played. */
export interface PlaySettings {
  /** Seconds between two values, and between two evaluations. @default 30 */
  readonly interval?: number | undefined;
  /** The group that is evaluated. @default all of them */
  readonly group?: string | undefined;
  /** More of promtool's own test. */
  readonly more?: object | undefined;
}

export const modes = ["sync", "async"] as const satisfies readonly WriteMode[];

/** What the rules under test are made from: all of them. */
export const input = {
  namespace: "observability",
  instance: "jaeger",
  metricsPods: [
    { role: "gateway" },
    { role: "collector" },
    { role: "query" },
    { role: "elasticsearch" },
    { role: "probe" },
  ],
  runbookUrl: "https://runbooks.nova.com",
  certificates: true,
  elasticsearchMetrics: { lifecycle: true, snapshots: true },
} as const satisfies Omit<RuleGroupsInput, "writeMode">;

/** A selector: `up{pod="a"}`. */
export function withLabels(metric: string, labels: Labels): string {
  return `${metric}{${Object.entries(labels)
    .map(([label, value]) => `${label}="${value}"`)
    .join(", ")}}`;
}

/** promtool, in a folder with the rules of each write mode: whole as they are deployed, and each group by itself. */
export class Promtool {
  #folder = "";
  #promtool = "";
  /** Which modes to try an alert in, and in which file it is. */
  readonly #groups = new Map<string, { readonly modes: readonly WriteMode[]; readonly group: string }>();

  /** For `before`. A cold machine fetches promtool here. */
  async open(change: Partial<RuleGroupsInput> = {}): Promise<void> {
    const tools = await ensureToolchain(sandboxPaths(), lineProgress());
    this.#folder = mkdtempSync(join(tmpdir(), "nova-tracing-alerts-"));
    this.#promtool = join(tools.debian.root, "usr", "bin", "promtool");
    const [groups = [], others = []] = modes.map((writeMode) => {
      const made = ruleGroups({ ...input, writeMode, ...change });
      writeFileSync(this.rules(writeMode), rulesFile(made));
      for (const group of made) writeFileSync(this.rules(writeMode, group.name), rulesFile([group]));
      return made;
    });
    for (const [index, group] of groups.entries()) {
      const same = JSON.stringify(group) === JSON.stringify(others[index]);
      for (const rule of group.rules) {
        if ("alert" in rule) {
          this.#groups.set(rule.alert, { modes: same ? ["sync"] : modes, group: group.name });
        }
      }
    }
  }

  /** For `after`. */
  close(): void {
    if (this.#folder !== "") rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Its folder, once it is open. */
  get folder(): string {
    return this.#folder;
  }

  /** The file with the rules of a write mode. @param group one of its groups @default all of them */
  rules(mode: WriteMode, group = "all"): string {
    return join(this.folder, `${mode}-${group}.yaml`);
  }

  /** The write modes in which an alert differs: one, where it is the same in both. */
  modesOf(alert: AlertName): readonly WriteMode[] {
    return this.#groups.get(alert)?.modes ?? modes;
  }

  /** Whether Prometheus understands expressions: as rules, which is what promtool reads. */
  checkExpressions(exprs: readonly string[]): { readonly status: number | null; readonly output: string } {
    const file = join(this.folder, "expressions.yaml");
    const rules = exprs.map((expr, index) => ({ record: `expression_${index}`, expr }));
    const groups = [{ name: "expressions", rules }];
    writeFileSync(file, stringify({ groups }, { aliasDuplicateObjects: false }));
    return this.run("check", "rules", file);
  }

  run(...args: string[]): { readonly status: number | null; readonly output: string } {
    const { status, stdout, stderr } = spawnSync(this.#promtool, args, { encoding: "utf8" });
    return { status, output: stdout + stderr };
  }

  /** Plays series against the rules of a write mode. */
  play(
    mode: WriteMode,
    series: Series,
    expected: Expected,
    { interval = 30, group = "all", more = {} }: PlaySettings = {},
  ): void {
    const file = join(this.folder, "test.yaml");
    const test = {
      interval: `${interval}s`,
      input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
      promql_expr_test: expected.map(({ at, expr, samples }) => ({
        expr,
        eval_time: at,
        exp_samples: samples,
      })),
      ...more,
    };
    const tests = {
      rule_files: [this.rules(mode, group)],
      evaluation_interval: `${interval}s`,
      tests: [test],
    };
    writeFileSync(file, stringify(tests, { aliasDuplicateObjects: false }));
    const { status, output } = this.run("test", "rules", file);
    assert.equal(status, 0, `${mode}: ${output}`);
  }

  /** Asserts what of one alert is firing, at each time. */
  firing(mode: WriteMode, alert: AlertName, series: Series, times: Firing, interval?: number): void {
    const { severity } = thresholds[alert];
    const expected = Object.entries(times).map(([time, found]) => ({
      at: time,
      expr: `ALERTS{alertname="${alert}", alertstate="firing"}`,
      samples: found.map((labels) => ({
        labels: withLabels("ALERTS", { alertname: alert, alertstate: "firing", severity, ...labels }),
        value: 1,
      })),
    }));
    this.play(mode, series, expected, { interval, group: this.#groups.get(alert)?.group });
  }

  /** Asserts that of all alerts exactly these fire, at each time; by their names. */
  onlyFiring(mode: WriteMode, series: Series, times: Readonly<Record<string, readonly AlertName[]>>): void {
    const expected = Object.entries(times).map(([time, alerts]) => ({
      at: time,
      expr: 'count by (alertname) (ALERTS{alertstate="firing"}) > bool 0',
      samples: alerts.map((alertname) => ({ labels: withLabels("", { alertname }), value: 1 })),
    }));
    this.play(mode, series, expected);
  }
}
