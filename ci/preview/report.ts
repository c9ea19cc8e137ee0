/**
 * What a `pulumi preview` says in its event log, one JSON object a line. `--json` would be the better known way, but
 * it leaves out what policies say. Pulumi masks secrets in both.
 */

/** A resource that the preview would change. */
export interface Change {
  /** Pulumi's word: create, update, replace, delete and rarer ones. */
  readonly operation: string;
  /** Kind and name as people know them: `ConfigMap default/auth-service-config`. */
  readonly resource: string;
  readonly type: string;
  /** Properties that the change is about, as paths. */
  readonly properties: readonly string[];
  /** Inputs before and after; none before a create, none after a delete. */
  readonly before: unknown;
  readonly after: unknown;
}

/** One finding of the policy pack. */
export interface Violation {
  readonly policy: string;
  /** mandatory or advisory */
  readonly level: string;
  readonly severity: string;
  readonly resource: string;
  readonly message: string;
}

/** A preview, as far as it came. */
export interface PreviewReport {
  /** How many resources each operation is about, `same` included; undefined where the preview came to no end. */
  readonly counts: Readonly<Record<string, number>> | undefined;
  readonly changes: readonly Change[];
  readonly violations: readonly Violation[];
  readonly errors: readonly string[];
  /** Policy packs that judged, with their version. */
  readonly packs: readonly string[];
  /** The stack's own word for its retention, days. */
  readonly retentionDays: { readonly before: unknown; readonly after: unknown };
}

interface State {
  readonly inputs?: unknown;
  readonly outputs?: { readonly retentionDays?: unknown };
}

interface Metadata {
  readonly op: string;
  readonly urn: string;
  readonly type: string;
  readonly old?: State | null;
  readonly new?: State | null;
  readonly keys?: readonly string[] | null;
  readonly detailedDiff?: Readonly<Record<string, unknown>> | null;
  readonly logical?: boolean;
}

/** The events that are read; there are more. */
interface EngineEvent {
  readonly resourcePreEvent?: { readonly metadata: Metadata };
  readonly resOutputsEvent?: { readonly metadata: Metadata };
  readonly policyEvent?: {
    readonly resourceUrn?: string;
    readonly message: string;
    readonly policyName: string;
    readonly enforcementLevel: string;
    readonly severity?: string;
  };
  readonly diagnosticEvent?: { readonly message: string; readonly severity: string };
  readonly summaryEvent?: {
    readonly resourceChanges: Readonly<Record<string, number>>;
    readonly PolicyPacks?: Readonly<Record<string, string>>;
  };
}

/**
 * Reads an event log. A line that is none (a preview that was ended in the midst of it) is left out.
 * @param clean applied to every text in it
 */
export function readReport(eventLog: string, clean = (text: string): string => text): PreviewReport {
  const events = eventLog.split("\n").flatMap((line) => parseEvent(line, clean));
  const metadata = events.flatMap(({ resourcePreEvent }) => resourcePreEvent?.metadata ?? []);
  const resources = new Map(metadata.map((one) => [one.urn, resourceName(one)]));
  const summary = events.findLast(({ summaryEvent }) => summaryEvent)?.summaryEvent;
  const stack = events
    .flatMap(({ resOutputsEvent }) => resOutputsEvent?.metadata ?? [])
    .findLast(({ type }) => type === "pulumi:pulumi:Stack");
  return {
    counts: summary?.resourceChanges,
    changes: metadata.filter(isChange).map(toChange),
    violations: events.flatMap(({ policyEvent: found }) =>
      found
        ? {
            policy: found.policyName,
            level: found.enforcementLevel,
            severity: found.severity ?? "",
            resource: resources.get(found.resourceUrn ?? "") ?? nameInUrn(found.resourceUrn ?? ""),
            message: found.message.trim(),
          }
        : [],
    ),
    errors: unique(
      events.flatMap(({ diagnosticEvent: told }) => (told?.severity === "error" ? told.message.trim() : [])),
    ),
    packs: Object.entries(summary?.PolicyPacks ?? {}).map(
      ([key, version]) => `${key.split("|")[0] ?? key} ${version}`,
    ),
    retentionDays: {
      before: stack?.old?.outputs?.retentionDays,
      after: stack?.new?.outputs?.retentionDays,
    },
  };
}

function parseEvent(line: string, clean: (text: string) => string): EngineEvent[] {
  try {
    const event: unknown = JSON.parse(line, (_key, value: unknown) =>
      typeof value === "string" ? clean(value) : value,
    );
    return typeof event === "object" && event !== null ? [event] : [];
  } catch {
    return [];
  }
}

/** A replacement is told as three steps; the one that stands for all of them is the logical one. */
function isChange({ op, logical }: Metadata): boolean {
  return logical === true && !["same", "read", "refresh"].includes(op);
}

function toChange(metadata: Metadata): Change {
  return {
    operation: metadata.op,
    resource: resourceName(metadata),
    type: metadata.type,
    properties: metadata.keys ?? Object.keys(metadata.detailedDiff ?? {}),
    before: metadata.old?.inputs,
    after: metadata.new?.inputs,
  };
}

/** What is replaced is named as it is now: that is what goes. */
function resourceName({ op, urn, type, old: before, new: after }: Metadata): string {
  const kind = type.split(":").at(-1) ?? type;
  const state = op === "replace" ? (before ?? after) : (after ?? before);
  const inputs = state?.inputs as { metadata?: { name?: unknown; namespace?: unknown } } | undefined;
  const { name, namespace } = inputs?.metadata ?? {};
  if (typeof name !== "string") return `${kind} ${nameInUrn(urn)}`;
  return `${kind} ${typeof namespace === "string" ? `${namespace}/` : ""}${name}`;
}

function nameInUrn(urn: string): string {
  return urn.split("::").at(-1) ?? urn;
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
