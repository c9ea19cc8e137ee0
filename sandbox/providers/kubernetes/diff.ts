import { isMap, UNKNOWN, type PlainMap, type PlainValue } from "../shared/propertyValues";
import type { PropertyChange } from "../shared/provider";
import { sameValue } from "./objects";
import { formatPath, isBeginning, parsePath, type Path } from "./propertyPath";

/** The three sides of a comparison; all normalised. */
export interface Compared {
  /** What the program said at the last operation. */
  readonly oldInputs: PlainMap;
  /** What the API server answered then, or at the last refresh. */
  readonly live: PlainMap;
  /** What the program says now. */
  readonly newInputs: PlainMap;
}

/** How changes are judged. */
export interface DiffRules {
  /** Paths whose change replaces the object; see `replacingFields`. */
  readonly replacing: readonly string[];
  /** Paths whose change does not count. */
  readonly ignored: readonly string[];
}

/**
 * What the new inputs change, by property path. A value that is as the program said before, or as the live
 * object has it, is no change: the API server may write it in another form. Fields that only the API server
 * sets are not looked at.
 */
export function changedProperties(compared: Compared, rules: DiffRules): Map<string, PropertyChange> {
  const replacing = rules.replacing.map(parsePath);
  const ignored = rules.ignored.map(parsePath);
  const changes = new Map<string, PropertyChange>();
  walk([], compared.oldInputs, compared.live, compared.newInputs, (path, kind, value, inputDiff) => {
    if (ignored.some((pattern) => isBeginning(pattern, path))) return;
    const replaces = replacing.some((pattern) => concerns(pattern, path, value));
    changes.set(formatPath(path), { kind, replaces, inputDiff });
  });
  return changes;
}

type Report = (path: Path, kind: PropertyChange["kind"], value: PlainValue, inputDiff: boolean) => void;

function walk(
  path: Path,
  before: PlainValue | undefined,
  live: PlainValue | undefined,
  now: PlainValue | undefined,
  report: Report,
): void {
  // A null is what a program writes for "not set"; the API server drops it.
  const wasSet = before !== undefined && before !== null;
  const isSet = now !== undefined && now !== null;
  if (!wasSet && !isSet) return;
  if (!isSet) {
    report(path, "delete", before ?? null, true);
  } else if (!wasSet) {
    report(path, "add", now, true);
  } else if (isMap(before) && isMap(now)) {
    const liveMap = isMap(live) ? live : {};
    for (const name of new Set([...Object.keys(before), ...Object.keys(now)])) {
      walk([...path, name], before[name], liveMap[name], now[name], report);
    }
  } else if (Array.isArray(before) && Array.isArray(now)) {
    const liveList = Array.isArray(live) ? live : [];
    for (let index = 0; index < Math.max(before.length, now.length); index++) {
      walk([...path, index], before[index], liveList[index], now[index], report);
    }
  } else if (now === UNKNOWN || !(sameValue(now, before) || sameValue(now, live))) {
    report(path, "update", now, !sameValue(now, before));
  }
}

/** True when a change at `path` to `value` touches what `pattern` names, at it, below it or above it. */
function concerns(pattern: Path, path: Path, value: PlainValue): boolean {
  if (isBeginning(pattern, path)) return true;
  if (!isBeginning(path, pattern) && !isBeginningWithWildcards(path, pattern)) return false;
  return holds(value, pattern.slice(path.length));
}

function isBeginningWithWildcards(path: Path, pattern: Path): boolean {
  return (
    path.length <= pattern.length &&
    path.every((step, index) => pattern[index] === "*" || pattern[index] === step)
  );
}

function holds(value: PlainValue, rest: Path): boolean {
  const [step, ...further] = rest;
  if (step === undefined) return true;
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return step === "*" && value.some((item) => holds(item, further));
  if (!isMap(value) || typeof step !== "string") return false;
  const member = value[step];
  return member !== undefined && holds(member, further);
}
