import { parse } from "yaml";
import type { Change, PreviewReport } from "./report";

/**
 * Changes of sampling and of retention, read from what the cluster would run before and after. It is an aid for the
 * reader of a pull request and decides nothing: the policy pack does. So it would rather show a value too many.
 */

/** One value that changes. */
export interface WatchedChange {
  readonly about: "sampling" | "retention";
  readonly resource: string;
  /** Where in the resource, documents inside of it included: `data.config.yaml.extensions...max_span_age`. */
  readonly path: string;
  /** Undefined where it was not there. */
  readonly before: string | undefined;
  /** Undefined where it is gone. */
  readonly after: string | undefined;
}

/** What Pulumi writes for a value that a preview does not know yet. */
const unknownValue = /04da6b54-80e4-46f7-96ec-b56ff0331ba9|^output<.*>$/;

const samplingPath = /sampl|_strateg|TRACING_ENABLED/i;
const retentionPath = /retention|max_span_age|max_traces|(min|max)_age|rollover|\bttl|_ttl|expire/i;
/** Objects whose arguments and times are all about retention. */
const retentionObject = /cleaner|rollover|lifecycle|retention|snapshot|\bilm\b/i;
const ofRetentionObject = /\.(args|command|env|schedule|suspend)\b/;
/** Names and addresses, not values. */
const noValue =
  /^metadata\.|\.metadata\.|^apiVersion$|^kind$|\.(endpoint|path|reload_interval|name|service)$/;
/** Objects that lead to others and hold no value of their own. */
const noHolder =
  /:(Service|ServiceAccount|NetworkPolicy|Ingress|Role|RoleBinding|PodDisruptionBudget)(Patch)?$/;
/** What is worth telling of an object that is new as a whole. */
const amount = /^(\d|true$|false$|known after)/;

/** The changes of a whole preview: retention first, then what differs before what is new. */
export function watchedChanges(report: Pick<PreviewReport, "changes" | "retentionDays">): WatchedChange[] {
  const { before, after } = report.retentionDays;
  const found: WatchedChange[] =
    JSON.stringify(before) === JSON.stringify(after)
      ? []
      : [
          {
            about: "retention",
            resource: "the stack",
            path: "retentionDays",
            before: shown(before),
            after: shown(after),
          },
        ];
  for (const change of report.changes) found.push(...watchedIn(change));
  const rank = (one: WatchedChange): number =>
    (one.about === "retention" ? 0 : 2) + (one.before === undefined ? 1 : 0);
  return found.sort((one, other) => rank(one) - rank(other));
}

function watchedIn(change: Change): WatchedChange[] {
  // A Secret has no rate and no age, and its values are nobody's to read.
  if (!change.type.startsWith("kubernetes:") || /:Secret(Patch)?$/.test(change.type)) return [];
  if (noHolder.test(change.type)) return [];
  const before = leaves(change.before);
  const after = leaves(change.after);
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((path): WatchedChange[] => {
    const about = topic(change.resource, path);
    const values = { before: before.get(path), after: after.get(path) };
    const isNew = change.before === undefined && !amount.test(values.after ?? "");
    return about === undefined || values.before === values.after || isNew
      ? []
      : [{ about, resource: change.resource, path, ...values }];
  });
}

function topic(resource: string, path: string): WatchedChange["about"] | undefined {
  if (noValue.test(path)) return undefined;
  if (retentionPath.test(path)) return "retention";
  if (retentionObject.test(resource) && ofRetentionObject.test(path)) return "retention";
  return samplingPath.test(path) ? "sampling" : undefined;
}

/** Every value below a value, by its path. A text that is a document itself is opened. */
function leaves(value: unknown, path = "", found = new Map<string, string>()): Map<string, string> {
  const content = typeof value === "string" ? (documentIn(value) ?? value) : value;
  if (Array.isArray(content)) {
    content.forEach((item: unknown, index) => leaves(item, `${path}[${nameOf(item) ?? index}]`, found));
  } else if (typeof content === "object" && content !== null) {
    for (const [key, item] of Object.entries(content)) leaves(item, path ? `${path}.${key}` : key, found);
  } else if (content !== undefined) {
    found.set(path, shown(content) ?? "");
  }
  return found;
}

/** So that a list whose order changed is not told as a change of all of its items. */
function nameOf(item: unknown): string | undefined {
  if (typeof item !== "object" || item === null) return undefined;
  const { service, operation, name } = item as Readonly<Record<string, unknown>>;
  return [service, operation, name].find((candidate) => typeof candidate === "string");
}

function documentIn(text: string): object | undefined {
  if (!/^\s*[[{]|\n/.test(text)) return undefined;
  try {
    const content: unknown = parse(text, { logLevel: "silent" });
    return typeof content === "object" && content !== null ? content : undefined;
  } catch {
    return undefined;
  }
}

function shown(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return unknownValue.test(text) ? "known after the deployment" : text;
}
