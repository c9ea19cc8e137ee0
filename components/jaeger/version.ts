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

/** Minor releases whose settings were tried with Jaeger's own `validate`, with what sets each apart. */
const supportedMinors = {
  "2.13": "index lifecycle by `use_ilm` and `use_aliases`",
  "2.20": "index lifecycle by `rotation`",
  "2.22":
    "index lifecycle by `rotation`, and writes that are acknowledged only once they are stored (`write_mode`)",
} as const;

/** The supported versions, for messages. */
const supportedVersionsText = Object.keys(supportedMinors)
  .map((minor) => `${minor}.x`)
  .join(", ");

/** Reads `2.22.0`; undefined if it is no full version (`latest` and `2.22` would change under a running stack). */
export function parseJaegerVersion(text: string): JaegerVersion | undefined {
  const match = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/.exec(text);
  if (match === null) return undefined;
  return { major: Number(match[1]), minor: Number(match[2]), patch: Number(match[3]) };
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
  if (!(`${version.major}.${version.minor}` in supportedMinors)) {
    return `is a version whose settings this program does not know. Write one of ${supportedVersionsText}; for a newer one, run its "jaeger validate" on the golden configurations and add it to components/jaeger/version.ts`;
  }
  return undefined;
}

/** Image of a Jaeger release. The tag carries no "v". */
export function jaegerImage(version: string): string {
  return `jaegertracing/jaeger:${version}`;
}
