import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { refusal } from "../components/refusal";
import { environments, type Environment } from "../policy/limits";
import { formatProblems, nearest, type Problem } from "./problems";
import { neededSecrets, secretNames, secretProblems } from "./secrets";
import { settingsSchema, type ElasticsearchSettings, type MemorySettings } from "./schema";

/** Where settings come from: the stack's name, and the texts that Pulumi holds for it, by full key. */
export interface SettingsSource {
  readonly stack: string;
  readonly values: Readonly<Record<string, string>>;
  /** Whether a key is encrypted in the stack file: then no message shows what it holds. @default none is */
  readonly isSecret?: (key: string) => boolean;
}

/** The settings of a stack, complete and within the limits of its environment. */
export type Settings = (MemorySettings | ElasticsearchSettings) & { readonly environment: Environment };

/** Whether spans go to Elasticsearch, and with it whether collector and query stand apart. */
export function usesElasticsearch(
  settings: Settings,
): settings is ElasticsearchSettings & { readonly environment: Environment } {
  return settings.storage.type === "elasticsearch";
}

/** Whether the program installs cert-manager. */
export function installsCertManager(settings: Settings): boolean {
  return usesElasticsearch(settings) && settings.certManager.install;
}

/** Namespace of this program's keys: the name of the Pulumi project. */
const prefix = "nova-tracing:";

/** Part of the SDK at run time, but marked internal, so that its types leave it out. */
const { isConfigSecret } = pulumi.runtime as unknown as { isConfigSecret: (key: string) => boolean };

/** What Pulumi has been given for the stack that it runs. */
export function pulumiSource(): SettingsSource {
  return {
    stack: pulumi.getStack(),
    values: pulumi.runtime.allConfig(),
    isSecret: isConfigSecret,
  };
}

/** Reads and checks settings. Throws RunError, which Pulumi prints without a stack trace, with every problem. */
export function loadSettings(source: SettingsSource): Settings {
  const result = checkSettings(source);
  if ("problems" in result) {
    throw refusal(formatProblems(`Pulumi.${source.stack}.yaml`, result.problems));
  }
  return result.settings;
}

/** `loadSettings` without the exception: the settings, or every problem that they have. */
export function checkSettings(
  source: SettingsSource,
): { readonly settings: Settings } | { readonly problems: readonly Problem[] } {
  const environment = environments.find((name) => name === source.stack);
  if (environment === undefined) {
    const message = `is no environment: the name of the stack decides, and it must be one of ${environments.join(", ")}. Run "pulumi stack select" with one of them`;
    return { problems: [{ key: "the stack's name", value: source.stack, message }] };
  }
  const { sections, secrets } = readSections(source.values);
  const { services } = sections;
  const elasticsearchMode = valueAt(sections, ["storage", "elasticsearch", "mode"]);
  const schema = settingsSchema(environment, {
    serviceNames: isMapping(services) ? Object.keys(services) : [],
    elasticsearchMode,
    ingestMode: valueAt(sections, ["ingest", "tls"]),
  });
  const parsed = schema.safeParse(sections);
  const needed = neededSecrets({
    authentication: valueAt(sections, ["ui", "authentication"]),
    elasticsearchMode,
    snapshots: valueAt(sections, ["storage", "elasticsearch", "snapshots"]),
  });
  const misplaced = [
    ...strayKeys(source.values),
    ...secretProblems(
      environment,
      parsed.success ? needed : undefined,
      secrets,
      source.isSecret ?? (() => false),
    ),
  ];
  if (parsed.success && misplaced.length === 0) return { settings: { ...parsed.data, environment } };
  const issues = parsed.error?.issues ?? [];
  const problems = [...misplaced, ...issues.flatMap((issue) => describe(issue, sections, schema))];
  return { problems: problems.map((problem) => withoutSecret(problem, source)) };
}

/** A kubeconfig holds credentials, whether somebody thought of encrypting it or not. */
function withoutSecret(problem: Problem, { isSecret }: SettingsSource): Problem {
  const topLevelKey = problem.key.split(".", 1)[0] ?? "";
  const hides = isSecret?.(topLevelKey) === true || problem.key.endsWith("kubeconfig");
  return hides && problem.value !== undefined ? { ...problem, value: "[not shown]" } : problem;
}

/** Keys beside this program's own that would be read by nobody, though they look as if they were. */
function strayKeys(values: Readonly<Record<string, string>>): Problem[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const [namespace = "", name = ""] = key.split(":", 2);
    if (namespace === "kubernetes") {
      const message = `has no effect, because the program makes its provider itself. Write ${name} below ${prefix}cluster`;
      return [{ key, value, message }];
    }
    if (`${namespace}:` === prefix || nearest(namespace, [prefix.slice(0, -1)]) === undefined) return [];
    return [{ key, value, message: `is read by nobody. Did you mean ${prefix}${name}?` }];
  });
}

/** Objects of the stack file reach the program as JSON, plain values as they are. Of secrets only the names count. */
function readSections(values: Readonly<Record<string, string>>): {
  readonly sections: Record<string, unknown>;
  readonly secrets: readonly string[];
} {
  const own = Object.entries(values)
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, value]) => [key.slice(prefix.length), value] as const);
  const names: readonly string[] = secretNames;
  return {
    sections: Object.fromEntries(
      own.filter(([key]) => !names.includes(key)).map(([key, value]) => [key, parseJson(value)]),
    ),
    secrets: own.map(([key]) => key).filter((key) => names.includes(key)),
  };
}

function parseJson(value: string): unknown {
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (isMapping(value) ? value[String(key)] : undefined), root);
}

function describe(issue: z.core.$ZodIssue, sections: unknown, schema: z.ZodType): Problem[] {
  const key = prefix + issue.path.join(".");
  const value = valueAt(sections, issue.path);
  if (issue.code !== "unrecognized_keys") return [{ key, value, message: issue.message }];
  const known = [...keysAt(schema, issue.path), ...(issue.path.length === 0 ? secretNames : [])];
  return issue.keys.map((unknown) => {
    const meant = nearest(unknown, known);
    const advice =
      meant === undefined ? `Known here: ${known.join(", ")}. Take it out` : `Did you mean ${meant}?`;
    return {
      key: prefix + [...issue.path, unknown].join("."),
      value: valueAt(value, [unknown]),
      message: `is no setting of this environment. ${advice}`,
    };
  });
}

/** The keys that the schema knows at a path. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let current: unknown = schema;
  for (const key of path) {
    if (current instanceof z.ZodOptional) current = current.unwrap();
    current =
      current instanceof z.ZodObject ? (current.shape as Record<string, unknown>)[String(key)] : undefined;
  }
  if (current instanceof z.ZodOptional) current = current.unwrap();
  return current instanceof z.ZodObject ? Object.keys(current.shape) : [];
}
