/**
 * Elasticsearch's versions, as far as Jaeger supports them: its README names 8.19 and 9, and its tests run on both. A
 * version that nobody tried is refused instead of guessed at.
 */

/** What the stack files write unless there is a reason for another. */
export const defaultElasticsearchVersion = "8.19.21";

/** Why a version cannot be deployed, with what to write instead; undefined if it can. */
export function elasticsearchVersionProblem(text: string): string | undefined {
  const match = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/.exec(text);
  const write = `Write for example "${defaultElasticsearchVersion}" (supported: 8.19.x, 9.x)`;
  if (match === null) return `must be a full version of three numbers. ${write}`;
  const [major, minor] = [Number(match[1]), Number(match[2])];
  if (major < 8) return `is a version that gets no more security fixes. ${write}`;
  if (major === 8 && minor !== 19) return `is not the last 8, the only one that leads on to 9. ${write}`;
  if (major > 9) {
    return `is a version that Jaeger was not tried with. ${write}; for a newer one, run tests/e2e with it and add it to components/elasticsearch/version.ts`;
  }
  return undefined;
}
