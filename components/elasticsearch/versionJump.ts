/** Major and minor number of a version such as `8.19.13`. */
function parse(version: string): readonly [major: number, minor: number, patch: number] {
  const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
  return [major, minor, patch];
}

/** The last minor release of a major one, from which alone a rolling upgrade leads to the next. */
const lastMinors: Readonly<Record<number, number>> = { 7: 17, 8: 19 };

/**
 * What a change of the version of nodes with data on their disks would lose, with what to do first; undefined if it
 * loses nothing. Elasticsearch rewrites what is on a disk when it starts, and no older release reads it again.
 * Source: Elasticsearch's documentation, "Upgrade your deployment".
 */
export function elasticsearchJumpProblem(previous: string, next: string): string | undefined {
  const [from, to] = [parse(previous), parse(next)];
  const difference = to[0] - from[0] || to[1] - from[1] || to[2] - from[2];
  if (difference < 0) {
    return `goes back: a node refuses to start on a disk that a newer release has written. Stay on ${previous}, or restore a snapshot that ${next} took into a new cluster`;
  }
  const newMajor = to[0] - from[0];
  const last = lastMinors[from[0]];
  if (newMajor > 1 || (newMajor === 1 && (last === undefined || from[1] < last))) {
    const stop = last === undefined ? `${from[0]}'s last release` : `${from[0]}.${last}`;
    return `leaves releases out: a node refuses to start on a disk that is too old for it. Upgrade to ${stop} first, then by one major release at a time`;
  }
  if (newMajor === 1) {
    return `is a new major release, after which there is no way back but a snapshot. Take a snapshot and read the upgrade assistant's warnings first (docs/operations/elasticsearch-rolling-upgrade.md)`;
  }
  return undefined;
}
