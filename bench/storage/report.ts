import { machine } from "../measure";
import type { Measured, Size } from "./measure";
import type { Times } from "./questions";

/**
 * Share that ours takes less: of the two forms the less favourable one, merged. What is not merged differs from run to
 * run by the number of its segments.
 */
export function savedShare(jaeger: Measured, ours: Measured): number {
  return Math.min(1 - ours.size.merged / jaeger.size.merged, 1 - ours.later.merged / jaeger.later.merged);
}

/** The section of docs/storage.md, in Markdown. */
export function report(jaeger: Measured, ours: Measured, times: readonly Times[]): string {
  const less = (a: number, b: number): string => `${((1 - b / a) * 100).toFixed(0)}%`;
  const row = (name: string, a: number, b: number, digits = 0, unit = ""): string =>
    `| ${name} | ${a.toFixed(digits)}${unit} | ${b.toFixed(digits)}${unit} | ${less(a, b)} |`;
  const [a, b] = [jaeger, ours];
  const [jaegerTimes, ourTimes] = times as [Times, Times];
  const perThousand = (one: Measured): number => (one.cpuSeconds / one.spans) * 1e6;
  return [
    `Written by \`npm run bench:storage\`: ${a.spans} spans, the same for both.`,
    "",
    "| a span | Jaeger's template | ours | less |",
    "| --- | ---: | ---: | ---: |",
    row("bytes, as 2.13 writes it", a.size.written, b.size.written),
    row("bytes, as 2.13 writes it, merged", a.size.merged, b.size.merged),
    row("bytes, with what later releases add", a.later.written, b.later.written),
    row("bytes, with what later releases add, merged", a.later.merged, b.later.merged),
    row("documents of Lucene", a.size.documents, b.size.documents, 1),
    row("processor time of Elasticsearch, 1,000 spans", perThousand(a), perThousand(b), 0, " ms"),
    "",
    "| Jaeger's answer, median of 25, in turns | Jaeger's template | ours | less |",
    "| --- | ---: | ---: | ---: |",
    row("a trace by its ID", jaegerTimes.byId, ourTimes.byId, 1, " ms"),
    row("20 traces of a service and an operation", jaegerTimes.byOperation, ourTimes.byOperation, 1, " ms"),
    row("the traces of a user, by an attribute", jaegerTimes.byTag, ourTimes.byTag, 1, " ms"),
    "",
    "Bytes by field (`_disk_usage`), with what later releases add, merged; what is below one byte in both is left out:",
    "",
    "| field | Jaeger's template | ours |",
    "| --- | ---: | ---: |",
    ...fields(a.later, b.later),
    "",
    `Machine: ${machine()}, shared with other work: the times are only comparable with each other, the bytes hold anywhere.`,
  ].join("\n");
}

function fields(jaeger: Size, ours: Size): string[] {
  return Object.entries(jaeger.fields)
    .concat(Object.keys(ours.fields).flatMap((name) => (name in jaeger.fields ? [] : [[name, 0]])))
    .map(([name, bytes]) => ({ name, bytes, our: ours.fields[name] ?? 0 }))
    .filter(({ bytes, our }) => Math.max(bytes, our) >= 1)
    .sort((a, b) => b.bytes - a.bytes)
    .map(({ name, bytes, our }) => `| \`${name}\` | ${bytes.toFixed(1)} | ${our.toFixed(1)} |`);
}
