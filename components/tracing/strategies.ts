import type { SamplingTable } from "./sampleRates";

/** One entry of Jaeger's remote sampling file. */
export interface ProbabilisticStrategy {
  readonly type: "probabilistic";
  /** Share of the traces, 0 to 1. */
  readonly param: number;
}

/** The document that Jaeger's `remote_sampling` extension serves to SDKs which ask for their rate. */
export interface SamplingStrategies {
  readonly default_strategy: ProbabilisticStrategy;
  readonly service_strategies: readonly ({ readonly service: string } & ProbabilisticStrategy)[];
}

/** Renders the sampling table: every service by name, so that nothing hangs on the default of a reader. */
export function samplingStrategies(table: SamplingTable): SamplingStrategies {
  return {
    default_strategy: { type: "probabilistic", param: table.defaultRate },
    service_strategies: Object.entries(table.serviceRates)
      .map(([service, rate]) => ({ service, type: "probabilistic" as const, param: rate }))
      .sort((a, b) => (a.service < b.service ? -1 : 1)),
  };
}
