import { machine, median, type Preview } from "./measure";

/** How many times as long the program may take as the flat one, at the largest size. */
export const allowedRatio = 1.3;

/** What was measured with one number of services. */
export interface Row {
  readonly services: number;
  /** Resources of providers, the same in both programs. */
  readonly resources: number;
  /** All that the program registers, components and the stack among them. */
  readonly registered: number;
  readonly flat: readonly Preview[];
  readonly program: readonly Preview[];
  /** With `--policy-pack policy`. */
  readonly withPolicy: readonly Preview[];
}

/** How many times as long a preview of the program takes as one of the flat program. */
export function ratioOf({ flat, program }: Row): number {
  return median(seconds(program)) / median(seconds(flat));
}

/** docs/benchmarks.md */
export function report(rows: readonly Row[]): string {
  const largest = rows.at(-1);
  if (largest === undefined) throw new RangeError("nothing was measured");
  const ratio = ratioOf(largest);
  const verdict = ratio <= allowedRatio ? "within the limit." : "over the limit.";
  return `# Benchmarks

Written by \`npm run bench\`; do not edit.

## Preview of production

\`pulumi preview -s production\` by the real engine against an empty API server that has the CRDs and the namespaces, timed as a whole process: start-up, settings, registration, a server-side dry run of each object. The flat program (\`bench/flat\`) registers the same resources with the same inputs and provider settings, and has no components, no settings, no policy, no class of a provider's SDK and no order between resources. The programs take turns in one run.

| services | resources | flat | program | ratio | with the policy pack | ratio | CPU: flat | program | ratio |
| -------: | --------: | ---: | ------: | ----: | -------------------: | ----: | --------: | ------: | ----: |
${rows.map(line).join("\n")}

Medians, lowest and highest of ${rows.map(({ flat, services }) => `${flat.length} (${services})`).join(", ")} runs; the processor time (CPU), of all processes together, shows what another load of the machine adds to the rest. Beside these resources, which both have, the program registers ${largest.registered - largest.resources} more: the stack and its components.

At ${largest.services} services the program may take ${allowedRatio} times as long as the flat one; it takes ${ratio.toFixed(2)} times: ${verdict}

Each service more costs ${perService(rows, "program")} in the program and ${perService(rows, "flat")} in the flat one.

Machine: ${machine()}. The numbers are this machine's; the ratio is what counts.
`;
}

function line({ services, resources, flat, program, withPolicy }: Row): string {
  const ratio = (values: readonly number[], of: readonly number[]): string =>
    (median(values) / median(of)).toFixed(2);
  return `| ${[
    services,
    resources,
    shown(seconds(flat)),
    shown(seconds(program)),
    ratio(seconds(program), seconds(flat)),
    shown(seconds(withPolicy)),
    ratio(seconds(withPolicy), seconds(flat)),
    `${median(cpuSeconds(flat)).toFixed(1)} s`,
    `${median(cpuSeconds(program)).toFixed(1)} s`,
    ratio(cpuSeconds(program), cpuSeconds(flat)),
  ].join(" | ")} |`;
}

function seconds(previews: readonly Preview[]): number[] {
  return previews.map((one) => one.seconds);
}

function cpuSeconds(previews: readonly Preview[]): number[] {
  return previews.map((one) => one.cpuSeconds);
}

/** `3.2 s (3.1 to 3.4)` */
function shown(values: readonly number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return `${median(values).toFixed(1)} s (${low.toFixed(1)} to ${high.toFixed(1)})`;
}

/** The slope between neighbouring sizes: the same for each pair where the time is linear. */
function perService(rows: readonly Row[], which: "flat" | "program"): string {
  return rows
    .slice(1)
    .map((row, index) => {
      const before = rows[index];
      if (before === undefined) return "";
      const slope =
        (median(seconds(row[which])) - median(seconds(before[which]))) / (row.services - before.services);
      return `${(slope * 1000).toFixed(1)} ms (${before.services} to ${row.services})`;
    })
    .join(", ");
}
