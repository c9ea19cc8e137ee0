/** Images of the pods in and around Elasticsearch, each with the release in its tag. */

/** Elasticsearch itself, from its vendor. */
export function elasticsearchImage(version: string): string {
  return `elasticsearch:${version}`;
}

/** Makes the templates, the first indices and the aliases of a rollover. */
export function rolloverImage(jaegerVersion: string): string {
  return `jaegertracing/jaeger-es-rollover:${jaegerVersion}`;
}

/** Removes dated indices. */
export function indexCleanerImage(jaegerVersion: string): string {
  return `jaegertracing/jaeger-es-index-cleaner:${jaegerVersion}`;
}

/** Runs our own programs, which need nothing but Node.js 20 or newer: bootstrap, monitor, and the wait before Jaeger. */
export const nodeImage = "node:24.11.1-alpine";
