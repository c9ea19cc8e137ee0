import { type EnvironmentLimits, highTrafficServices } from "../limits";
import { at, elements, isMapping, type Mapping, show, text, type Value } from "../engine/snapshot";

/** Lowest and highest sample rate that a service may have, and why the highest is what it is. */
export interface RateBounds {
  readonly floor: number;
  readonly ceiling: number;
  readonly reason: string;
}

/**
 * The bounds for a service, by all the names that it goes by: one of them on the list is enough. A pack configuration can lower the ceiling and lengthen the list of high-traffic services;
 * whatever else it says has no effect.
 */
export function rateBounds(
  environment: string,
  limits: EnvironmentLimits,
  names: readonly (string | undefined)[],
  config: Mapping,
): RateBounds {
  const listed: readonly Value[] = [...highTrafficServices, ...elements(at(config, "highTrafficServices"))];
  const busy = names.find((name) => name !== undefined && listed.includes(name));
  const own = Math.min(limits.sampleRate.ceiling, busy === undefined ? 1 : limits.highTrafficCeiling);
  const configured = at(config, "ceiling");
  const ceiling = typeof configured === "number" ? Math.min(configured, own) : own;
  const kind = busy === undefined ? "" : `for the high-traffic service ${busy} `;
  const source = ceiling < own ? "policy pack configuration" : "policy/limits.ts";
  return { floor: limits.sampleRate.floor, ceiling, reason: `${kind}in ${environment} (${source})` };
}

/** The problem with a rate, or `undefined`. */
export function rateProblem(rate: number, bounds: RateBounds): string | undefined {
  const { floor, ceiling, reason } = bounds;
  const range = floor === ceiling ? `to ${floor}` : `between ${floor} and ${ceiling}`;
  if (rate > ceiling) return `${rate} is above the ceiling ${ceiling} ${reason}. Set it ${range}.`;
  if (rate < floor) return `${rate} is below the floor ${floor} ${reason}. Set it ${range}.`;
  return undefined;
}

/**
 * The number in a variable, or `undefined`. Only plain decimals from 0 to 1: readers differ about signs, exponents,
 * white space and trailing characters ("0.5x" is 0.5 to some), so a rate written so is no rate.
 */
export function parseRate(value: Value | undefined): number | undefined {
  const source = text(value);
  if (source === undefined || !/^(?:[01]|[01]?\.\d+)$/.test(source)) return undefined;
  const rate = Number(source);
  return rate <= 1 ? rate : undefined;
}

/** The problems of a rate that stands in a variable. */
export function* variableRateProblems(
  place: string,
  value: Value | undefined,
  bounds: RateBounds,
): Iterable<string> {
  const rate = parseRate(value);
  if (rate === undefined) {
    yield `${place}: ${show(value)} is no sample rate. Write a plain decimal from 0 to 1, such as "${bounds.ceiling}".`;
    return;
  }
  const problem = rateProblem(rate, bounds);
  if (problem !== undefined) yield `${place}: ${problem}`;
}

/** The problems of the sampler's name: the one sampler whose rate is the argument beside it. */
export function* samplerProblems(place: string, value: Value | undefined): Iterable<string> {
  if (value === "parentbased_traceidratio") return;
  yield (
    `${place}: ${show(value)} is not parentbased_traceidratio, the one sampler whose rate stands beside it. ` +
    "Set parentbased_traceidratio and put the rate into OTEL_TRACES_SAMPLER_ARG."
  );
}

/** Whether a document is a file of sampling strategies for Jaeger's remote sampling, by what it holds. */
export function isStrategiesDocument(document: Mapping): boolean {
  return Object.keys(document).some((key) => /^(default_strategy|service_strategies)$/i.test(key));
}

/** A rate that such a file gives out. */
export interface StrategyRate {
  readonly place: string;
  /** The service it is for; `undefined` for the default. */
  readonly service: string | undefined;
  /** The operation it is for; `undefined` for the whole service. */
  readonly operation: string | undefined;
  readonly rate: Value | undefined;
}

const strategyKeys = new Set(["service", "type", "param", "operation_strategies"]);
const operationKeys = new Set(["operation", "type", "param"]);

/** All rates of a strategies file, and what is wrong with its form. */
export function readStrategies(document: Mapping): { rates: StrategyRate[]; problems: string[] } {
  const rates: StrategyRate[] = [];
  const problems: string[] = [];
  // Jaeger's reader takes a key in any case, and the last one wins: a key that is not spelt exactly is a second value.
  for (const key of Object.keys(document)) {
    if (key !== "default_strategy" && key !== "service_strategies") problems.push(`unexpected key "${key}"`);
  }
  const strategy = (value: Value, place: string, service: string | undefined): void => {
    if (!isMapping(value)) {
      problems.push(`${place} is ${show(value)}, not a strategy`);
      return;
    }
    checkForm(value, place, strategyKeys);
    rates.push({ place: `${place}.param`, service, operation: undefined, rate: value.param });
    elements(value.operation_strategies).forEach((inner, index) => {
      const innerPlace = `${place}.operation_strategies[${index}]`;
      if (!isMapping(inner)) {
        problems.push(`${innerPlace} is ${show(inner)}, not a strategy`);
        return;
      }
      checkForm(inner, innerPlace, operationKeys);
      const operation = text(inner.operation) ?? "";
      rates.push({ place: `${innerPlace}.param`, service, operation, rate: inner.param });
    });
    if (value.operation_strategies !== undefined && !Array.isArray(value.operation_strategies)) {
      problems.push(`${place}.operation_strategies is ${show(value.operation_strategies)}, not a list`);
    }
  };
  const checkForm = (value: Mapping, place: string, keys: ReadonlySet<string>): void => {
    for (const key of Object.keys(value)) {
      if (!keys.has(key)) problems.push(`unexpected key "${key}" in ${place}`);
    }
    if (value.type !== "probabilistic") {
      problems.push(
        `${place}.type is ${show(value.type)}, not "probabilistic": only a share can be held to a limit`,
      );
    }
  };
  if (document.default_strategy === undefined) {
    problems.push("default_strategy is missing, and Jaeger's own default of 0.001 is no environment's");
  } else {
    strategy(document.default_strategy, "default_strategy", undefined);
  }
  if (document.service_strategies !== undefined && !Array.isArray(document.service_strategies)) {
    problems.push(`service_strategies is ${show(document.service_strategies)}, not a list`);
  }
  const seen = new Set<string>();
  elements(document.service_strategies).forEach((value, index) => {
    const place = `service_strategies[${index}]`;
    const service = text(at(value, "service"));
    if (service === undefined || service === "")
      problems.push(`${place}.service is ${show(at(value, "service"))}`);
    else if (seen.has(service)) problems.push(`${place} is a second strategy for ${service}`);
    else seen.add(service);
    strategy(value, place, service ?? "");
  });
  return { rates, problems };
}
