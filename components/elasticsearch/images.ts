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

/** Runs the bootstrap's own program, which needs nothing but Node.js 20 or newer. */
export const bootstrapImage = "node:24.11.1-alpine";
