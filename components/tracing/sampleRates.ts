import type { TracedService } from "./tracedService";

/** The sampling table: the one place that every rate in a ConfigMap, a variable or a strategies file comes from. */
export interface SamplingTable {
  /** Rate of a service that is not listed, 0 to 1. */
  readonly defaultRate: number;
  /** Rate of each service, 0 to 1, by its name. */
  readonly serviceRates: Readonly<Record<string, number>>;
}

/** Settles the rate of each service: its own, or the environment's. */
export function samplingTable(
  defaultRate: number,
  services: Readonly<Record<string, Pick<TracedService, "sampleRate">>>,
): SamplingTable {
  const rates = Object.entries(services).map(([name, service]) => [name, service.sampleRate ?? defaultRate]);
  return { defaultRate, serviceRates: Object.fromEntries(rates) as Record<string, number> };
}

/**
 * A rate as the guide writes it: "1.0", "0.5", "0.01". Never an exponent ("1e-7"), which some parsers of environment
 * variables refuse; ten decimals are kept.
 */
export function formatSampleRate(rate: number): string {
  const trimmed = rate.toFixed(10).replace(/0+$/, "");
  return trimmed.endsWith(".") ? `${trimmed}0` : trimmed;
}
