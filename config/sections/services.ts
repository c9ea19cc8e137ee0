import { z } from "zod";
import type { Exporter } from "../../components/tracing/tracedService";
import { highTrafficServices, type Environment, type EnvironmentLimits } from "../../policy/limits";
import { dnsLabel, group, limitsSource, mapping, number, oneOf, pattern } from "./fields";

/** Bounds of a rate, and whose they are. */
export function rate(floor: number, ceiling: number, owner: string, write: number): z.ZodNumber {
  const bounds = floor === ceiling ? `${floor}` : `from ${floor} to ${ceiling}`;
  return number(floor, ceiling, `${bounds}, the sample rate of ${owner} (${limitsSource})`, String(write));
}

/** Names of services end up in `<service>-config` and in a label. */
const serviceName = /^[a-z]([a-z0-9-]{0,54}[a-z0-9])?$/;

function service(
  environment: Environment,
  { sampleRate, highTrafficCeiling }: EnvironmentLimits,
  isHighTraffic: boolean,
  encrypted: boolean,
) {
  const { floor, ceiling } = sampleRate;
  const owner = isHighTraffic ? `a high-traffic service in ${environment}` : environment;
  const highest = isHighTraffic ? Math.min(ceiling, highTrafficCeiling) : ceiling;
  const ownRate = rate(Math.min(floor, highest), highest, owner, highest);
  return group({
    version: pattern(
      "the release of the service, as text (quote a number)",
      'for example "1.0.0"',
      /^[A-Za-z0-9][A-Za-z0-9._+-]{0,62}$/,
    ),
    // Where the environment's rate is too high for it, a listed service has to say its own.
    sampleRate: highest < ceiling ? ownRate : ownRate.optional(),
    namespace: dnsLabel("the name of a namespace", "for example default").optional(),
    exporter: oneOf<Exporter>(
      encrypted ? ["otlp"] : ["otlp", "jaeger"],
      encrypted
        ? "otlp: thrift would go in clear beside ingest.tls"
        : "otlp, or jaeger for a library that sends nothing else",
    ).optional(),
  });
}

/**
 * The schema of `services`, made for the names that are there, because some names have bounds of their own.
 * @param encrypted whether spans come in over TLS
 */
export function services(
  environment: Environment,
  environmentLimits: EnvironmentLimits,
  names: readonly string[],
  encrypted: boolean,
) {
  const ordinary = service(environment, environmentLimits, false, encrypted);
  const highTraffic = service(environment, environmentLimits, true, encrypted);
  const misnamed = z.never({
    error: 'is no name of a service: a-z, 0-9 and "-", from a letter on, at most 56. Rename it',
  });
  const shape = names.map((name) => {
    if (!serviceName.test(name)) return [name, misnamed] as const;
    return [name, highTrafficServices.includes(name) ? highTraffic : ordinary] as const;
  });
  return mapping(
    Object.fromEntries(shape) as Record<string, typeof ordinary>,
    "a mapping of services by name",
    'for example "auth-service:" and below it "version: 1.0.0"',
  );
}
