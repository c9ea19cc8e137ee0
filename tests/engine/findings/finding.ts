/** What looks for weaknesses. */
export type Tool = "kube-score" | "checkov";

/** A weakness that a tool sees in an object. */
export interface Finding {
  readonly tool: Tool;
  /** Its own id of the check: `CKV_K8S_16`. */
  readonly check: string;
  /** What the check says, in its own words. */
  readonly says: string;
  /** `Deployment/observability/jaeger-query`. */
  readonly object: string;
}

/** What a tool made of the objects of one stack. */
export interface Judgement {
  /** Objects that it looked at; it knows Kubernetes' own kinds alone. */
  readonly objects: readonly string[];
  /** How many times an object passed a check. */
  readonly passed: number;
  readonly findings: readonly Finding[];
}

/** A finding that stays, and why. */
export interface Exception {
  readonly tool: Tool;
  readonly check: string;
  /** Each with `*` for any characters: `Deployment/observability/jaeger-*`. */
  readonly objects: readonly string[];
  /** Stacks that it stands for: `staging`, with its variants, or one of these: `staging with X`. @default all of them */
  readonly stacks?: readonly string[];
  /** One that a reviewer would take: what is done instead, or why the check does not fit. */
  readonly reason: string;
  /** Files of the tests or policies that hold what the reason says, from the project's root. */
  readonly heldBy: readonly string[];
}

/** A finding and where it was seen. */
export interface SeenFinding extends Finding {
  /** A stack, and how it is set up where it is not as shipped: `production with snapshots`. */
  readonly stack: string;
}

/** Whether an exception stands for a finding. */
export function covers(exception: Exception, seen: SeenFinding): boolean {
  const { tool, check, objects, stacks } = exception;
  return (
    tool === seen.tool &&
    check === seen.check &&
    (stacks?.some((stack) => seen.stack === stack || seen.stack.startsWith(`${stack} `)) ?? true) &&
    objects.some((pattern) => matches(pattern, seen.object))
  );
}

/** The findings that no exception stands for, as lines. */
export function unexplained(seen: readonly SeenFinding[], exceptions: readonly Exception[]): string[] {
  const open = seen.filter((one) => !exceptions.some((exception) => covers(exception, one)));
  const lines = open.map(
    ({ stack, tool, check, says, object }) => `${stack}: ${object}: ${tool} ${check}: ${says}`,
  );
  return [...new Set(lines)].sort();
}

/** What of the exceptions stands for no finding, as lines: a whole one, a pattern or a stack of it. */
export function unneeded(seen: readonly SeenFinding[], exceptions: readonly Exception[]): string[] {
  return exceptions.flatMap((exception) => {
    const { tool, check, objects, stacks } = exception;
    const needed = (part: Partial<Exception>): boolean =>
      seen.some((one) => covers({ ...exception, ...part }, one));
    const parts = [
      ...objects.filter((pattern) => !needed({ objects: [pattern] })),
      ...(stacks ?? []).filter((stack) => !needed({ stacks: [stack] })),
    ];
    return parts.map((part) => `${tool} ${check}: nothing is found any more for ${part}`);
  });
}

function matches(pattern: string, text: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(text);
}
