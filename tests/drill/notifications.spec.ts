import assert from "node:assert/strict";
import {
  isResolved,
  matches,
  othersFired,
  patternText,
  toldAt,
  type Notification,
} from "../../drill/notifications";

const told = (
  status: Notification["status"],
  atMs: number,
  labels: Record<string, string>,
): Notification => ({ status, atMs, labels: { severity: "critical", ...labels } });

const down = { alertname: "JaegerUnavailable", role: "collector" };
const other = { alertname: "JaegerUnavailable", role: "query" };

describe("drill/notifications", () => {
  it("takes an alert for what is expected by its name and the labels that count, and no other", () => {
    assert.ok(matches({ ...down, severity: "critical", namespace: "observability" }, down));
    assert.ok(!matches(other, down));
    assert.ok(!matches({ role: "collector" }, down));
    assert.equal(patternText(down), 'JaegerUnavailable{role="collector"}');
    assert.equal(patternText({ alertname: "JaegerQueueFull" }), "JaegerQueueFull");
  });

  it("knows when it was told of, but not what was before the fault", () => {
    const all = [told("firing", 1, down), told("firing", 5, other), told("firing", 7, down)];
    assert.deepEqual(toldAt(all, down, "firing", 2), [7]);
    assert.deepEqual(toldAt(all, down, "resolved", 0), []);
  });

  it("takes it for over only once each that fired is, whatever else is over", () => {
    const pattern = { alertname: "JaegerUnavailable" };
    const both = [told("firing", 1, down), told("firing", 2, other), told("resolved", 3, down)];
    assert.ok(!isResolved(both, pattern));
    assert.ok(isResolved([...both, told("resolved", 4, other)], pattern));
    assert.ok(!isResolved([...both, told("resolved", 4, other), told("firing", 5, down)], pattern));
    assert.ok(!isResolved([], pattern), "nothing came");
  });

  it("lists what else fired, once each, by what it is about", () => {
    const all = [
      told("firing", 1, down),
      told("firing", 2, other),
      told("resolved", 3, other),
      told("firing", 4, other),
      told("resolved", 5, { alertname: "JaegerNoSpans" }),
      told("firing", 6, { alertname: "TracingProbeFailing", reason: "ingest" }),
    ];
    assert.deepEqual(othersFired(all, [down]), [
      'JaegerUnavailable{role="query"}',
      'TracingProbeFailing{reason="ingest"}',
    ]);
  });
});
