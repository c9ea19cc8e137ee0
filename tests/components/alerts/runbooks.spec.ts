import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { guideAlerts } from "../../../components/alerts/guideAlerts";
import { fullQueue, thresholds } from "../../../components/alerts/thresholds";

// The text of the runbooks against the rules. That a runbook helps, only a drill can show.

const folder = join(__dirname, "..", "..", "..", "docs", "runbooks");
const runbooks = readdirSync(folder).filter((file) => file.endsWith(".md"));
const alerts = guideAlerts("https://runbooks.nova.com");
const read = (alert: string): string => readFileSync(join(folder, `${alert}.md`), "utf8");

describe("runbooks", () => {
  it("are one for each alert, and none for an alert that does not exist", () => {
    assert.deepEqual(runbooks.sort(), alerts.map(({ alert }) => `${alert}.md`).sort());
  });

  for (const { alert, annotations, expr, for: duration, labels } of alerts) {
    describe(`of ${alert}`, () => {
      const text = read(alert);

      it("is what the alert links to", () => {
        assert.equal(annotations.runbook_url, `https://runbooks.nova.com/${alert}.md`);
        assert.ok(text.startsWith(`# ${alert}\n`));
      });

      it("names the rule, its duration and its severity", () => {
        const row = text.split("\n").find((line) => line.includes(`\`${expr}\``)) ?? "";
        const cells = row.split(" | ").map((cell) => cell.replace(/[|\s]/g, ""));
        assert.deepEqual(cells.slice(1), [duration, labels.severity]);
      });

      it("says what it means, what the user sees, how to check and how to mend, in this order", () => {
        const headings = [...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
        assert.deepEqual(headings, ["What it means", "What the user sees", "How to check", "How to mend"]);
      });

      it("has the rule's numbers in its first sentences too", () => {
        const [, meaning = ""] = /## What it means\n\n(.*)/.exec(text) ?? [];
        const { above, forMinutes } = thresholds[alert as keyof typeof thresholds];
        const value = alert === "JaegerQueueFull" ? `${(above / fullQueue) * 100}% full` : `${above} spans`;
        assert.ok(meaning.includes(`more than ${value}`), meaning);
        assert.ok(meaning.includes(`for ${forMinutes} minutes`), meaning);
      });

      it("links to nothing that is not there", () => {
        const links = [...text.matchAll(/\]\(([^)#]*)(?:#([^)]*))?\)/g)];
        for (const [link, file = "", anchor] of links) {
          assert.ok(runbooks.includes(file), link);
          if (anchor === undefined) continue;
          const anchors = [...readFileSync(join(folder, file), "utf8").matchAll(/^#+ (.*)$/gm)].map(
            ([, heading = ""]) =>
              heading
                .toLowerCase()
                .replace(/[^a-z0-9 -]/g, "")
                .replaceAll(" ", "-"),
          );
          assert.ok(anchors.includes(anchor), link);
        }
      });
    });
  }
});
