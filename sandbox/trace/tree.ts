import type { Span } from "./spans";

/**
 * Draws a trace as a tree, a span a line, children in the order in which they began. A span whose parent is not
 * there stands at the top and says so: a trace with a hole must not look whole.
 */
export function renderTree(spans: readonly Span[]): string {
  const known = new Set(spans.map(({ spanId }) => spanId));
  const inOrder = [...spans].sort((a, b) => a.startMs - b.startMs);
  const lines: string[] = [];
  const drawn = new Set<Span>();
  const draw = (span: Span, first: string, rest: string, remark = ""): void => {
    drawn.add(span);
    lines.push(`${first}${describe(span)}${remark}`);
    const children = inOrder.filter((child) => child.parentSpanId === span.spanId && !drawn.has(child));
    // Marked before any is drawn: with an id that stands twice, a grandchild could draw them too.
    for (const child of children) drawn.add(child);
    children.forEach((child, index) => {
      const last = index === children.length - 1;
      draw(child, `${rest}${last ? "└─ " : "├─ "}`, `${rest}${last ? "   " : "│  "}`);
    });
  };
  for (const root of inOrder.filter(({ parentSpanId }) => !known.has(parentSpanId)))
    draw(root, "", "", root.parentSpanId === "" ? "" : "  (its parent is missing)");
  // Only spans that are each other's parents are left.
  for (const span of inOrder) if (!drawn.has(span)) draw(span, "", "", "  (its parents lead back to it)");
  return lines.join("\n");
}

function describe({ service, name, durationMs, failed }: Span): string {
  return `${service}: ${name} (${durationMs.toFixed(1)} ms)${failed ? "  ERROR" : ""}`;
}
