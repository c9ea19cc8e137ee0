import { isAcceptable, type Problem, TracingConfigError } from "./tracingConfigError";
import { endpointAdvice } from "./endpoint";

/** The exporters that TRACING_EXPORTER may name; `jaeger` is the legacy name and sends OTLP all the same. */
export const EXPORTERS = ["otlp", "jaeger"] as const;
export type Exporter = (typeof EXPORTERS)[number];

/** The environments that APP_ENV may name. */
export const ENVIRONMENTS = ["development", "staging", "production"] as const;
export type Environment = (typeof ENVIRONMENTS)[number];

/** How one service traces. Every field has the guide's default, so `TracingConfig.fromEnv({})` is complete. */
export interface TracingConfig {
  /** Whether spans are made and sent. `TRACING_ENABLED`, default false. */
  readonly enabled: boolean;
  /** `TRACING_EXPORTER`, default otlp. */
  readonly exporter: Exporter;
  /** OTLP over gRPC; http:// is plain text, https:// is TLS. `OTLP_ENDPOINT`, default http://jaeger:4317. */
  readonly otlpEndpoint: string;
  /** Read and checked, never dialled. `JAEGER_ENDPOINT`, default http://jaeger:14268/api/traces. */
  readonly jaegerEndpoint: string;
  /** Share of the traces begun here that is kept, 0 to 1. `TRACING_SAMPLE_RATE`, default 0.1. */
  readonly sampleRate: number;
  /** `SERVICE_VERSION`, default dev. */
  readonly serviceVersion: string;
  /** `APP_ENV`, default development. */
  readonly environment: Environment;
}

/** The guide's defaults, as they would be written in an environment. */
export const TRACING_DEFAULTS = {
  TRACING_ENABLED: "false",
  TRACING_EXPORTER: "otlp",
  OTLP_ENDPOINT: "http://jaeger:4317",
  JAEGER_ENDPOINT: "http://jaeger:14268/api/traces",
  TRACING_SAMPLE_RATE: "0.1",
  SERVICE_VERSION: "dev",
  APP_ENV: "development",
} as const;

/** The variables that `TracingConfig.fromEnv` reads; it reads no other. */
export type TracingVariable = keyof typeof TRACING_DEFAULTS;

export const TracingConfig = {
  /**
   * Reads the guide's variables. An absent or blank variable takes its default, as in the OpenTelemetry
   * specification; surrounding blanks are cut off.
   * @throws TracingConfigError naming every bad variable at once: its value, what is allowed, what to write.
   */
  fromEnv(env: Readonly<Record<string, string | undefined>> = process.env): TracingConfig {
    const problems: Problem[] = [];
    const read = <T>(variable: TracingVariable, parse: (text: string) => T | Problem): T | undefined => {
      const given = env[variable]?.trim() ?? "";
      const result = parse(given === "" ? TRACING_DEFAULTS[variable] : given);
      if (isAcceptable(result)) return result;
      problems.push({ ...result, variable, value: env[variable] ?? "" });
      return undefined;
    };

    const enabled = read("TRACING_ENABLED", parseBoolean);
    const exporter = read("TRACING_EXPORTER", (text) => parseChoice(text, EXPORTERS));
    const otlpEndpoint = read("OTLP_ENDPOINT", (text) => parseEndpoint(text, "grpc"));
    const jaegerEndpoint = read("JAEGER_ENDPOINT", (text) => parseEndpoint(text, "http"));
    const sampleRate = read("TRACING_SAMPLE_RATE", parseSampleRate);
    const serviceVersion = read("SERVICE_VERSION", parseVersion);
    const environment = read("APP_ENV", (text) => parseChoice(text, ENVIRONMENTS));

    if (
      enabled === undefined ||
      exporter === undefined ||
      otlpEndpoint === undefined ||
      jaegerEndpoint === undefined ||
      sampleRate === undefined ||
      serviceVersion === undefined ||
      environment === undefined
    ) {
      throw new TracingConfigError(problems);
    }
    return { enabled, exporter, otlpEndpoint, jaegerEndpoint, sampleRate, serviceVersion, environment };
  },
};

function parseBoolean(text: string): boolean | Problem {
  const lower = text.toLowerCase();
  if (lower === "true" || lower === "false") return lower === "true";
  const yes = ["1", "yes", "on", "y", "t", "enabled"].includes(lower);
  const no = ["0", "no", "off", "n", "f", "disabled"].includes(lower);
  return { allowed: "true or false", write: yes ? "true" : no ? "false" : "true to trace, false not to" };
}

function parseChoice<T extends string>(text: string, choices: readonly T[]): T | Problem {
  const lower = text.toLowerCase();
  const exact = choices.find((choice) => choice === lower);
  if (exact !== undefined) return exact;
  // "prod", "dev", "stag": a beginning of three letters or more says which one was meant.
  const meant =
    lower.length >= 3 ? choices.find((choice) => choice.startsWith(lower.slice(0, 4))) : undefined;
  return { allowed: choices.join(", "), write: meant ?? choices.join(" or ") };
}

function parseSampleRate(text: string): number | Problem {
  const rate = /^\d*\.?\d+(e-?\d+)?$|^\d+\.$/i.test(text) ? Number(text) : Number.NaN;
  if (rate >= 0 && rate <= 1) return rate;
  return { allowed: "a number from 0 to 1", write: sampleRateAdvice(text) };
}

function sampleRateAdvice(text: string): string {
  const percent = /^(\d+(?:[.,]\d+)?)\s*%?$/.exec(text)?.[1];
  const number = percent === undefined ? Number.NaN : Number(percent.replace(",", "."));
  if (!text.includes("%") && /^[01],\d+$/.test(text)) return text.replace(",", ".");
  // Through a fixed number of digits, or 7% would read 0.07000000000000001.
  if (number >= 0 && number <= 100) return `${Number((number / 100).toFixed(6))} for ${number}%`;
  return "0.1 for one trace in ten, 1 for all, 0 for none";
}

function parseVersion(text: string): string | Problem {
  if (/^[\x21-\x7e]{1,128}$/.test(text)) return text;
  return {
    allowed: "1 to 128 printable ASCII characters without blanks",
    write: "the version alone, like 1.2.3",
  };
}

function parseEndpoint(text: string, protocol: "grpc" | "http"): string | Problem {
  const advice = endpointAdvice(text, protocol);
  return advice === undefined ? text : { allowed: advice.allowed, write: advice.write };
}
