import { elasticsearchVersion } from "../elasticsearch/archive";

/** Settings of a stack file, by their full keys. */
export type StackConfig = Record<string, unknown>;

/** One node that fits beside everything else. Its retention is the stack's, so what comes in a day is little. */
const smallElasticsearch = {
  // The one that a registry serves.
  version: elasticsearchVersion,
  nodes: 1,
  cpu: "500m",
  // Half of it is heap, which is enough for a few small indices.
  memory: "1Gi",
  storageGi: 5,
  spansPerDay: 100_000,
  shards: 1,
  copies: 0,
};

/**
 * What the sandbox changes in a stack file, and why. Nothing that decides what is deployed: only what one small
 * machine cannot have.
 */
export function sandboxOverlay(stack: string, jaegerVersion: string): StackConfig {
  const jaeger = {
    // The newest release that a registry serves the sources of.
    version: jaegerVersion,
  };
  if (stack === "dev") return { "nova-tracing:jaeger": jaeger };
  return {
    "nova-tracing:jaeger": {
      ...jaeger,
      collector: {
        // A roll-out needs room for a second one, also beside the nightly Job (250m), which waits for its image here.
        resources: { requests: { cpu: "200m" } },
        replicas: { minimum: 1, maximum: 1 },
      },
      gateway: {
        resources: { requests: { cpu: "50m" } },
        replicas: { minimum: 1, maximum: 1 },
      },
      query: { replicas: 1 },
    },
    "nova-tracing:storage": { elasticsearch: smallElasticsearch },
  };
}

/** Lays one tree of settings over another: mappings are merged, anything else is replaced. */
export function merge(base: unknown, over: unknown): unknown {
  if (!isMapping(base) || !isMapping(over)) return over;
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over))
    merged[key] = key in base ? merge(base[key], value) : value;
  return merged;
}

/** Whether a setting is a mapping. */
export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
