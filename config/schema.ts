import { z } from "zod";
import { versionProblem } from "../components/jaeger/version";
import { highTrafficServices, limits, type Environment, type EnvironmentLimits } from "../policy/limits";
import { dnsLabel, group, mapping, number, oneOf, pattern, resources, text, wholeNumber } from "./fields";

/**
 * The settings of a stack, by the keys of its file. No policed value has a default: it is written out in each stack
 * file. The bounds are the numbers of policy/limits.ts, checked here by code of its own.
 */

const source = "policy/limits.ts";

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

const replicas = (minimum: number): z.ZodNumber =>
  wholeNumber(minimum, 50, `a whole number from ${minimum} to 50 (${source})`, String(minimum));

const replicaRange = (least: number) =>
  group({ minimum: replicas(least), maximum: replicas(least) }).superRefine(
    ({ minimum, maximum }, context) => {
      if (minimum <= maximum) return;
      const message = `is below minimum, ${minimum}. Write ${minimum} or more`;
      context.addIssue({ code: "custom", path: ["maximum"], message });
    },
  );

function jaeger({ storage, minimumReplicas }: EnvironmentLimits) {
  const version = text("a release of Jaeger, as text", '"2.22.0"', () => true).superRefine(
    (value, context) => {
      const message = versionProblem(value);
      if (message !== undefined) context.addIssue({ code: "custom", message });
    },
  );
  // Memory belongs to one process, so there Jaeger is one pod: no replicas, and no separate query.
  if (storage === "memory") return group({ version, collector: group({ resources }) });
  return group({
    version,
    collector: group({
      resources,
      replicas: replicaRange(minimumReplicas),
    }),
    query: group({ resources, replicas: replicas(minimumReplicas) }),
  });
}

const elasticsearch = group({
  /** Who runs it: somebody else, the operator (ECK), or this program. */
  mode: oneOf(["existing", "eck", "builtin"], "existing, eck or builtin"),
  nodes: wholeNumber(1, 9, "a whole number from 1 to 9", "1 or 3"),
  memory: resources.shape.limits.shape.memory,
  storageGi: wholeNumber(1, 65536, "a whole number of Gi a node, from 1", "for example 100"),
  shards: wholeNumber(1, 20, "a whole number from 1 to 20", "1"),
  copies: wholeNumber(0, 2, "a whole number of further copies of each shard, from 0 to 2", "1"),
});

function storage(environment: Environment, environmentLimits: EnvironmentLimits) {
  const { storage: type, retentionDays: days } = environmentLimits;
  const retentionDays =
    type === "memory"
      ? wholeNumber(
          1,
          days,
          `a whole number of days from 1 to ${days}, the most in ${environment} (${source})`,
          String(days),
        )
      : wholeNumber(days, days, `${days}, the days that ${environment} promises (${source})`, String(days));
  const promise = `${type}: ${environment} keeps its spans there (${source})`;
  if (type === "memory") return group({ type: oneOf(["memory"], promise), retentionDays });
  return group({ type: oneOf(["elasticsearch"], promise), retentionDays, elasticsearch });
}

/** Bounds of a rate, and whose they are. */
function rate(floor: number, ceiling: number, owner: string, write: number): z.ZodNumber {
  const bounds = floor === ceiling ? `${floor}` : `from ${floor} to ${ceiling}`;
  return number(floor, ceiling, `${bounds}, the sample rate of ${owner} (${source})`, String(write));
}

/** Names of services end up in `<service>-config` and in a label. */
const serviceName = /^[a-z]([a-z0-9-]{0,54}[a-z0-9])?$/;

function service(
  environment: Environment,
  { sampleRate, highTrafficCeiling }: EnvironmentLimits,
  isHighTraffic: boolean,
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
    exporter: oneOf(["otlp", "jaeger"], "otlp, or jaeger for a library that sends nothing else").optional(),
  });
}

/** The schema of `services`, made for the names that are there, because some names have bounds of their own. */
function services(environment: Environment, environmentLimits: EnvironmentLimits, names: readonly string[]) {
  const ordinary = service(environment, environmentLimits, false);
  const highTraffic = service(environment, environmentLimits, true);
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

function ui({ uiAuthentication }: EnvironmentLimits, environment: Environment) {
  const authentication = oneOf(
    [uiAuthentication],
    `${uiAuthentication}: how people get to the UI of ${environment} (${source})`,
  );
  if (uiAuthentication === "none") return group({ authentication });
  return group({
    authentication,
    host: pattern(
      "a host name",
      "for example jaeger.nova.com",
      /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
    ),
    ingressClassName: dnsLabel("the name of an IngressClass", "for example nginx"),
  });
}

/** The settings of a stack, as its file holds them. */
export type StackSettings = z.infer<ReturnType<typeof settingsSchema>>;

/** The schema of one environment's settings, made for the services that are there. */
export function settingsSchema(environment: Environment, serviceNames: readonly string[]) {
  const environmentLimits: EnvironmentLimits = limits[environment];
  const { sampleRate } = environmentLimits;
  return group({
    cluster: cluster.optional(),
    jaeger: jaeger(environmentLimits),
    storage: storage(environment, environmentLimits),
    sampling: group({
      defaultRate: rate(sampleRate.floor, sampleRate.ceiling, environment, sampleRate.default),
    }),
    services: services(environment, environmentLimits, serviceNames),
    ui: ui(environmentLimits, environment),
  });
}
