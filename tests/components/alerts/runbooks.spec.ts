import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ruleGroups } from "../../../components/alerts/document";
import { conditionText, duration, durationText } from "../../../components/alerts/threshold";
import { fullQueue, thresholds, type AlertName } from "../../../components/alerts/thresholds";

// The text of the runbooks against the rules. That a runbook helps, only a drill can show.

const folder = join(__dirname, "..", "..", "..", "docs", "runbooks");
const runbooks = readdirSync(folder).filter((file) => file.endsWith(".md"));
const alerts = ruleGroups({
  namespace: "observability",
  instance: "jaeger",
  metricsPods: [{ role: "gateway" }, { role: "collector" }, { role: "query" }, { role: "probe" }],
  writeMode: "sync",
  runbookUrl: "https://runbooks.nova.com",
  certificates: true,
  elasticsearchMetrics: { lifecycle: true, snapshots: true },
}).flatMap(({ rules }) => rules.flatMap((rule) => ("alert" in rule ? [rule] : [])));
const read = (alert: string): string => readFileSync(join(folder, `${alert}.md`), "utf8");

/** The guide's two show their whole expression, as it is the guide's. */
const guide = ["JaegerSpansDropped", "JaegerQueueFull"];

/** Anchors of a page, as GitHub makes them of its headings. */
const anchorsOf = (markdown: string): string[] =>
  [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^a-z0-9 -]/g, "")
      .replaceAll(" ", "-"),
  );

/** The limit of an alert as its runbook says it in a sentence. */
function limitText(alert: AlertName): string {
  if (alert === "JaegerQueueFull") return `more than ${(thresholds[alert].above / fullQueue) * 100}% full`;
  const threshold = thresholds[alert];
  if ("paces" in threshold) return conditionText(threshold);
  const percent = threshold.unit.startsWith("%") ? "%" : "";
  const limit = "above" in threshold ? `more than ${threshold.above}` : `less than ${threshold.below}`;
  return `${limit}${percent} `;
}

describe("runbooks", () => {
  it("are one for each alert, and none for an alert that does not exist", () => {
    assert.deepEqual(runbooks.sort(), alerts.map(({ alert }) => `${alert}.md`).sort());
  });

  for (const { alert, annotations, expr, for: time, labels } of alerts) {
    describe(`of ${alert}`, () => {
      const text = existsSync(join(folder, `${alert}.md`)) ? read(alert) : "";
      const threshold = thresholds[alert as AlertName];

      it("is what the alert links to", () => {
        assert.equal(annotations.runbook_url, `https://runbooks.nova.com/${alert}.md`);
        assert.ok(text.startsWith(`# ${alert}\n`));
      });

      it("has limit, window, duration and severity of the rule in its table", () => {
        const cells = text
          .split("\n")[4]!
          .split("|")
          .map((cell) => cell.trim());
        const condition = guide.includes(alert) ? `\`${expr}\`` : conditionText(threshold);
        assert.deepEqual(cells.slice(1, -1), [condition, time, labels.severity]);
        assert.equal(time, duration(threshold.forMinutes));
      });

      it("says what it means, what the user sees, how to check and how to mend, in this order", () => {
        const headings = [...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
        assert.deepEqual(headings, ["What it means", "What the user sees", "How to check", "How to mend"]);
        for (const section of text.split(/^## .*$/m).slice(1)) assert.ok(section.trim().length > 5, alert);
      });

      it("has the rule's numbers in its first sentences too", () => {
        const [, meaning = ""] = /## What it means\n\n(.*)/.exec(text) ?? [];
        assert.ok(meaning.toLowerCase().includes(limitText(alert as AlertName)), meaning);
        const forText = durationText(threshold.forMinutes);
        assert.match(meaning, new RegExp(`\\b[Ff]or ${forText}\\b`), meaning);
      });

      it("links to nothing that is not there", () => {
        const links = [...text.matchAll(/\]\(([^)#]*)(?:#([^)]*))?\)/g)];
        for (const [link, file = "", anchor] of links) {
          const target = file === "" ? join(folder, `${alert}.md`) : join(folder, file);
          assert.ok(existsSync(target), link);
          if (anchor !== undefined) assert.ok(anchorsOf(readFileSync(target, "utf8")).includes(anchor), link);
        }
      });
    });
  }
});
