/**
 * Jaeger's versions, as far as this program knows their settings. A key of one version is a start-up error of another
 * (`use_ilm` until 2.13, `rotation` from 2.20), so a version that nobody tried is refused instead of guessed at.
 */

/** A release of Jaeger v2. */
export interface JaegerVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/** How one minor release differs from the others, as far as the configurations of this program are concerned. */
export interface Dialect {
  /** `flags`: `use_ilm` and `use_aliases` of the whole backend. `strategy`: a block `rotation` for each index. */
  readonly rotation: "flags" | "strategy";
  /** Whether a write can wait for Elasticsearch (`write_mode`), so that only what is stored is acknowledged. */
  readonly synchronousWrites: boolean;
  /** Whether the query can bound the spans of one trace (`max_trace_size`). */
  readonly limitsTraceSize: boolean;
  /**
   * What loaded these settings: the release itself, in a test here (`test`) or once by hand (`trial`); or, from
   * documentation, no more than the code that became the release.
   */
  readonly evidence: "test" | "trial" | "documentation";
}

/** The minor releases that are supported. Aliases and index names are the same in all of them. */
const dialects: Readonly<Record<string, Dialect>> = {
  "2.13": { rotation: "flags", synchronousWrites: false, limitsTraceSize: false, evidence: "test" },
  "2.20": { rotation: "strategy", synchronousWrites: false, limitsTraceSize: true, evidence: "trial" },
  "2.22": { rotation: "strategy", synchronousWrites: true, limitsTraceSize: true, evidence: "documentation" },
};

/** The supported versions, for messages. */
const supportedVersionsText = Object.keys(dialects)
  .map((minor) => `${minor}.x`)
  .join(", ");

/** Reads `2.22.0`; undefined if it is no full version (`latest` and `2.22` would change under a running stack). */
export function parseJaegerVersion(text: string): JaegerVersion | undefined {
  const match = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/.exec(text);
  if (match === null) return undefined;
  return { major: Number(match[1]), minor: Number(match[2]), patch: Number(match[3]) };
}

function minorOf({ major, minor }: JaegerVersion): string {
  return `${major}.${minor}`;
}

/** The settings that a version takes. Throws RangeError on one that `versionProblem` refuses. */
export function jaegerDialect(text: string): Dialect {
  const version = parseJaegerVersion(text);
  const dialect = version === undefined ? undefined : dialects[minorOf(version)];
  if (dialect === undefined) throw new RangeError(`no settings are known for Jaeger "${text}"`);
  return dialect;
}

/** Why a version cannot be deployed, with what to write instead; undefined if it can. */
export function versionProblem(text: string): string | undefined {
  const version = parseJaegerVersion(text);
  if (version === undefined) {
    return `must be a full version of three numbers. Write for example "2.22.0" (supported: ${supportedVersionsText})`;
  }
  if (version.major < 2) {
    return `is Jaeger v1, whose life ended on 2025-12-31 and whose flags v2 does not read. Write for example "2.22.0" (supported: ${supportedVersionsText})`;
  }
  if (!(minorOf(version) in dialects)) {
    return `is a version whose settings this program does not know. Write one of ${supportedVersionsText}; for a newer one, run its "jaeger validate" on the golden configurations and add it to components/jaeger/version.ts`;
  }
  return undefined;
}

/**
 * What a change of the version of a running stack would lose, with what to do first; undefined if it loses nothing. A
 * release that is no longer supported may have been deployed by an older state of this program. Only the part that
 * concerns Jaeger itself: its indices and aliases have the same names in every supported version, so spans that are
 * stored stay readable in either direction.
 */
export function jumpProblem(previous: string, next: string): string | undefined {
  const [from, to] = [parseJaegerVersion(previous), parseJaegerVersion(next)];
  if (from === undefined || to === undefined) return undefined;
  const difference = from.major - to.major || from.minor - to.minor;
  // Patch releases share their settings, and going back to one is how a bad one is taken out of service.
  if (difference <= 0) return undefined;
  const stay = `Stay on ${minorOf(from)}.x, or write a newer release. Going back on purpose is a migration`;
  const kept = "what is stored stays readable, as indices and aliases have the same names";
  if (dialects[minorOf(from)]?.synchronousWrites === true && !jaegerDialect(next).synchronousWrites) {
    return `acknowledges spans before Elasticsearch has them, so that an outage of Elasticsearch loses spans, which it does not now. ${stay}: put something in front of Jaeger that keeps spans during an outage, or accept the loss in writing; ${kept}`;
  }
  return `goes back to an older release, which nobody tries against indices that a newer one has written to. ${stay}: try it on a copy of the data first; ${kept}`;
}

/** Image of a Jaeger release. The tag carries no "v". */
export function jaegerImage(version: string): string {
  return `jaegertracing/jaeger:${version}`;
}
