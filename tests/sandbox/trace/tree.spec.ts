import assert from "node:assert/strict";
import fc from "fast-check";
import type { Span } from "../../../sandbox/trace/spans";
import { renderTree } from "../../../sandbox/trace/tree";

const span = (spanId: string, parentSpanId: string, startMs: number, more: Partial<Span> = {}): Span => ({
  spanId,
  parentSpanId,
  service: "some",
  name: spanId,
  startMs,
  durationMs: 1,
  failed: false,
  ...more,
});

describe("trace/tree: renderTree", () => {
  it("draws a chain with its children below it", () => {
    const chain = [span("c", "b", 3), span("a", "", 1), span("b", "a", 2)];
    assert.equal(
      renderTree(chain),
      ["some: a (1.0 ms)", "└─ some: b (1.0 ms)", "   └─ some: c (1.0 ms)"].join("\n"),
    );
  });

  it("draws children in the order in which they began, and lines past those with more to come", () => {
    const spans = [
      span("root", "", 0),
      span("late", "root", 9),
      span("early", "root", 1),
      span("inner", "early", 2),
    ];
    assert.equal(
      renderTree(spans),
      [
        "some: root (1.0 ms)",
        "├─ some: early (1.0 ms)",
        "│  └─ some: inner (1.0 ms)",
        "└─ some: late (1.0 ms)",
      ].join("\n"),
    );
  });

  it("marks a span that failed, and only that", () => {
    const spans = [span("root", "", 0), span("bad", "root", 1, { failed: true, durationMs: 12.34 })];
    assert.equal(renderTree(spans), "some: root (1.0 ms)\n└─ some: bad (12.3 ms)  ERROR");
  });

  it("shows a span whose parent is missing at the top, and says so", () => {
    const spans = [span("root", "", 0), span("lost", "gone", 1), span("child", "lost", 2)];
    assert.equal(
      renderTree(spans),
      ["some: root (1.0 ms)", "some: lost (1.0 ms)  (its parent is missing)", "└─ some: child (1.0 ms)"].join(
        "\n",
      ),
    );
  });

  it("draws nothing of no spans", () => {
    assert.equal(renderTree([]), "");
  });

  it("shows spans that are each other's parents too: a broken trace must not look empty", () => {
    const text = renderTree([span("root", "", 0), span("x", "y", 1), span("y", "x", 2)]);
    assert.deepEqual([...text.matchAll(/some: (\w+)/g)].map(([, name]) => name).sort(), ["root", "x", "y"]);
  });

  it("comes to an end where a span has the id of one above it", () => {
    let text = "";
    assert.doesNotThrow(() => {
      text = renderTree([span("a", "", 0), span("b", "a", 1), span("a", "b", 2)]);
    });
    assert.equal(text.split("\n").length, 3);
  });

  it("shows every span of every trace once, whatever its parents are", () => {
    const ids = ["a", "b", "c", "d", "e", "f"];
    const spans = fc
      .tuple(
        fc.shuffledSubarray(ids),
        fc.array(fc.constantFrom("", "gone", ...ids), { minLength: 6, maxLength: 6 }),
        fc.array(fc.nat(9), { minLength: 6, maxLength: 6 }),
      )
      .map(([chosen, parents, starts]) =>
        chosen.map((id, index) => span(id, parents[index] ?? "", starts[index] ?? 0)),
      );
    fc.assert(
      fc.property(spans, (trace) => {
        const shown = [...renderTree(trace).matchAll(/some: (\w+)/g)].map(([, name]) => name ?? "");
        assert.deepEqual(shown.sort(), trace.map(({ spanId }) => spanId).sort());
      }),
    );
  });
});
