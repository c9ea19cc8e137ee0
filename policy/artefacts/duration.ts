/** Milliseconds of a day. */
export const day = 24 * 60 * 60 * 1000;

const units: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** Milliseconds of a duration as Jaeger's configuration writes it (`2184h`, `1h30m`); `undefined` for anything else. */
export function parseGoDuration(value: unknown): number | undefined {
  if (typeof value !== "string" || !/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(value)) return undefined;
  return [...value.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (units[unit ?? ""] ?? Number.NaN),
    0,
  );
}

/** Milliseconds of a duration as Elasticsearch writes it (`90d`, `1d`, `24h`): one number, one unit. */
export function parseElasticsearchDuration(value: unknown): number | undefined {
  if (typeof value !== "string") return undefined;
  const match = /^(\d+)(ms|s|m|h|d)$/.exec(value);
  if (match === null) return undefined;
  const unit = match[2] === "d" ? day : units[match[2] ?? ""];
  return unit === undefined ? undefined : Number(match[1]) * unit;
}
