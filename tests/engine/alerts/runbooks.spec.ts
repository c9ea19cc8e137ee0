import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { recorded, seriesOfRules } from "../../elasticsearch/support/series";
import { projectFolder } from "../../support/stackFiles";
import { Promtool } from "./support/promtool";

// What the runbooks tell to ask Prometheus: that it understands it, and that it asks for what there is. That the answer
// helps, only a drill can show.

const folder = join(projectFolder, "docs", "runbooks");

/** Metrics that no rule reads; where they were seen. */
const others: Readonly<Record<string, string>> = {
  container_cpu_cfs_throttled_periods_total: "kubelet",
  otelcol_exporter_queue_batch_send_size_bytes_sum:
    "a queue that makes batches (alertMetrics.spec.ts runs one)",
  otelcol_exporter_queue_batch_send_size_sum: "a queue that makes batches (alertMetrics.spec.ts runs one)",
  otelcol_process_runtime_heap_alloc_bytes: "every collector (queue.spec.ts reads it)",
};

/** The expressions of a page: one a line, but for a line that begins with an operator. */
function expressions(page: string): string[] {
  return [...page.matchAll(/^ *```promql\n(.*?)^ *```$/gms)].flatMap(([, block = ""]) =>
    block
      .trim()
      .split(/\n(?!\s*(?:[-+*/]|and|or|unless)\s)/)
      .map((expr) => expr.trim()),
  );
}

/** Names of metrics: what is neither a label, nor in quotes, nor a function. */
function metricsOf(expr: string): string[] {
  const bare = expr.replaceAll(/\{[^}]*\}|\b(by|on|without|ignoring|group_left|group_right) *\([^)]*\)/g, "");
  return [...bare.matchAll(/\b[a-z]\w*[_:][\w:]*\b(?! *\()/g)].map(([name]) => name);
}

describe("questions to Prometheus in the runbooks", function () {
  this.timeout(45 * 60_000); // A cold machine fetches promtool here.
  const promtool = new Promtool();
  const asked = readdirSync(folder).flatMap((file) =>
    expressions(readFileSync(join(folder, file), "utf8")).map((expr) => ({ file, expr })),
  );

  before(() => promtool.open());
  after(() => {
    promtool.close();
  });

  it("are understood", () => {
    assert.ok(asked.length > 40, `${asked.length}`);
    const { status, output } = promtool.checkExpressions(asked.map(({ expr }) => expr));
    assert.equal(status, 0, output);
    assert.notEqual(promtool.checkExpressions(["sum by (pod (up)"]).status, 0, "it refuses what is wrong");
  });

  it("are about series that rules read or record, but for a short list", () => {
    const known = new Set([
      ...recorded,
      ...seriesOfRules().map(({ metric }) => metric),
      ...Object.keys(others),
    ]);
    const unknown = asked.flatMap(({ file, expr }) =>
      metricsOf(expr)
        .filter((metric) => !known.has(metric))
        .map((metric) => `${file}: ${metric}`),
    );
    assert.deepEqual(unknown, []);
  });
});
