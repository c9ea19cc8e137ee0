import { z } from "zod";
import { limits, type Environment, type EnvironmentLimits } from "../policy/limits";
import { authenticatedUi, closedUi } from "./sections/access";
import { elasticsearch } from "./sections/elasticsearch";
import { asksForTls, ingest, plainIngest } from "./sections/ingest";
import { group, limitsSource, listOf, oneOf, pattern, text, wholeNumber } from "./sections/fields";
import { distributedJaeger, oneJaeger } from "./sections/jaeger";
import { alerts, certManager } from "./sections/monitoring";
import { rate, services } from "./sections/services";

/**
 * The settings of a stack, by the keys of its file. No policed value has a default: it is written out in each stack
 * file. The bounds are the numbers of policy/limits.ts, checked here by code of its own.
 */

/** What decides about the form of the rest. */
export interface SettingsShape {
  /** Names below `services`. */
  readonly serviceNames: readonly string[];
  /** What stands in `storage.elasticsearch.mode`. */
  readonly elasticsearchMode?: unknown;
  /** What stands in `ingest.tls`. */
  readonly ingestMode?: unknown;
}

const cluster = group({
  context: text(
    "the name of a context of the kubeconfig",
    "for example kind-nova",
    (value) => value !== "",
  ).optional(),
  kubeconfig: pattern(
    "the path of a kubeconfig: its contents hold credentials and do not belong into a stack file",
    "for example ~/.kube/config",
    /^[^\s{}]+$/,
  ).optional(),
});

const acknowledgedJumps = listOf(
  text(
    "a jump, as the refusal named it",
    'for example "elasticsearch 8.19.13 to 9.4.3"',
    (value) => value !== "",
  ),
  "the jumps that are known to lose what their refusal said",
  "them as a list, or leave it out",
);

/** What every environment has. */
function common(
  environment: Environment,
  { sampleRate }: EnvironmentLimits,
  { serviceNames, ingestMode }: SettingsShape,
) {
  return {
    cluster: cluster.optional(),
    acknowledgedJumps: acknowledgedJumps.optional(),
    sampling: group({
      defaultRate: rate(sampleRate.floor, sampleRate.ceiling, environment, sampleRate.default),
    }),
    services: services(environment, limits[environment], serviceNames, asksForTls(ingestMode)),
  };
}

/** Whose promise the type of storage is. */
function storageType<const Type extends string>(type: Type, environment: Environment) {
  return oneOf([type], `${type}: ${environment} keeps its spans there (${limitsSource})`);
}

/** One Jaeger that keeps its spans in memory: development. */
function memorySchema(environment: Environment, shape: SettingsShape) {
  const environmentLimits = limits[environment];
  const { retentionDays: days } = environmentLimits;
  const retentionDays = wholeNumber(
    1,
    days,
    `a whole number of days from 1 to ${days}, the most in ${environment} (${limitsSource})`,
    String(days),
  );
  return group({
    ...common(environment, environmentLimits, shape),
    jaeger: oneJaeger(),
    storage: group({ type: storageType("memory", environment), retentionDays }),
    ingest: plainIngest(environment).optional(),
    ui: closedUi(environment),
    alerts: alerts.optional(),
  });
}

/** Collector and query apart, spans in Elasticsearch: staging and production. */
function elasticsearchSchema(environment: Environment, shape: SettingsShape) {
  const environmentLimits = limits[environment];
  const { retentionDays: days } = environmentLimits;
  const promise = `${days}, the days that ${environment} promises (${limitsSource})`;
  return group({
    ...common(environment, environmentLimits, shape),
    jaeger: distributedJaeger(environmentLimits),
    storage: group({
      type: storageType("elasticsearch", environment),
      retentionDays: wholeNumber(days, days, promise, String(days)),
      elasticsearch: elasticsearch(shape.elasticsearchMode, environmentLimits),
    }),
    ingest: ingest.optional(),
    ui: authenticatedUi(environmentLimits, environment),
    alerts,
    certManager,
  });
}

/** Settings of an environment whose spans are in memory. */
export type MemorySettings = z.infer<ReturnType<typeof memorySchema>>;

/** Settings of an environment whose spans are in Elasticsearch. */
export type ElasticsearchSettings = z.infer<ReturnType<typeof elasticsearchSchema>>;

/** The settings of a stack, as its file holds them. */
export type StackSettings = MemorySettings | ElasticsearchSettings;

/** The schema of one environment's settings, made for the services and the storage that are there. */
export function settingsSchema(environment: Environment, shape: SettingsShape) {
  return limits[environment].storage === "memory"
    ? memorySchema(environment, shape)
    : elasticsearchSchema(environment, shape);
}
