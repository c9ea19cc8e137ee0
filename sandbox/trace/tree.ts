import type { Span } from "./spans";

/**
 * Draws a trace as a tree, a span a line, children in the order in which they began. A span whose parent is not
 * there stands at the top and says so: a trace with a hole must not look whole.
 */
export function renderTree(spans: readonly Span[]): string {
  const known = new Set(spans.map(({ spanId }) => spanId));
  const inOrder = [...spans].sort((a, b) => a.startMs - b.startMs);
  const lines: string[] = [];
  const draw = (span: Span, first: string, rest: string): void => {
    const orphan = span.parentSpanId !== "" && !known.has(span.parentSpanId);
    lines.push(`${first}${describe(span)}${orphan ? "  (its parent is missing)" : ""}`);
    const children = inOrder.filter(({ parentSpanId }) => parentSpanId === span.spanId);
    children.forEach((child, index) => {
      const last = index === children.length - 1;
      draw(child, `${rest}${last ? "└─ " : "├─ "}`, `${rest}${last ? "   " : "│  "}`);
    });
  };
  for (const root of inOrder.filter(({ parentSpanId }) => !known.has(parentSpanId))) draw(root, "", "");
  return lines.join("\n");
}

function describe({ service, name, durationMs, failed }: Span): string {
  return `${service}: ${name} (${durationMs.toFixed(1)} ms)${failed ? "  ERROR" : ""}`;
}
