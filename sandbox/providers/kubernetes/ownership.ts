import { isMap, without, type PlainMap, type PlainValue } from "../shared/propertyValues";
import { at, mapsAt, textAt } from "./objects";
import type { Path } from "./propertyPath";

/** Under which name objects are created; their fields go to the object's own manager at its first update. */
export const CREATE_MANAGER = "pulumi-kubernetes";

/** Owners by plain updates whose fields an apply of this plugin takes over: itself, and kubectl. */
const TAKEN_OVER = new Set([CREATE_MANAGER, "pulumi-resource-kubernetes", "before-first-apply", "kubectl"]);

/** True when fields are still owned by the create, or by another owner whose fields are taken over. */
export function hasFieldsToTakeOver(live: PlainMap): boolean {
  return mapsAt(live, "metadata", "managedFields").some(isTakenOver);
}

/**
 * The object's `managedFields` after `manager` has taken over what the create owns: an apply can drop fields
 * only when it owns them by apply.
 */
export function takenOverFields(live: PlainMap, manager: string): PlainMap[] {
  const entries = mapsAt(live, "metadata", "managedFields");
  const taken = entries.filter(isTakenOver);
  const own = entries.find((entry) => isApplyOf(entry, manager));
  const rest = entries.filter((entry) => entry !== own && !taken.includes(entry));
  const all = [...taken, ...(own === undefined ? [] : [own])];
  const fields = all.reduce<PlainValue>((merged, entry) => union(merged, entry["fieldsV1"] ?? {}), {});
  const [first] = all;
  if (first === undefined) return entries;
  return [{ ...(own ?? first), manager, operation: "Apply", fieldsV1: fields }, ...rest];
}

function isTakenOver(entry: PlainMap): boolean {
  return (
    textAt(entry, "operation") === "Update" &&
    textAt(entry, "subresource") === "" &&
    TAKEN_OVER.has(textAt(entry, "manager"))
  );
}

function isApplyOf(entry: PlainMap, manager: string): boolean {
  return textAt(entry, "operation") === "Apply" && textAt(entry, "manager") === manager;
}

function union(a: PlainValue, b: PlainValue): PlainValue {
  if (!isMap(a) || !isMap(b)) return a;
  const merged: PlainMap = { ...a };
  for (const [name, value] of Object.entries(b)) {
    const existing = merged[name];
    merged[name] = existing === undefined ? value : union(existing, value);
  }
  return merged;
}

/**
 * The inputs to apply when changes of some paths are to be ignored: a field that another manager owns alone
 * is left out, any other gets the live value. Paths through lists are left as the engine set them.
 */
export function withIgnoredPaths(
  inputs: PlainMap,
  live: PlainMap,
  ignored: readonly Path[],
  manager: string,
): PlainMap {
  let result = inputs;
  for (const path of ignored) {
    if (path.some((step) => typeof step === "number" || step === "*")) continue;
    const liveValue = at(live, ...path);
    if (liveValue === undefined) continue;
    const owners = mapsAt(live, "metadata", "managedFields").filter((entry) => owns(entry, path));
    const isOwn = owners.some((entry) => textAt(entry, "manager") === manager || isTakenOver(entry));
    result = withValue(result, path, owners.length > 0 && !isOwn ? undefined : liveValue);
  }
  return result;
}

function owns(entry: PlainMap, path: Path): boolean {
  return at(entry, "fieldsV1", ...path.map((step) => `f:${step}`)) !== undefined;
}

function withValue(object: PlainMap, [first, ...rest]: Path, value: PlainValue | undefined): PlainMap {
  const name = String(first);
  if (rest.length > 0) {
    const child = object[name];
    return isMap(child) ? { ...object, [name]: withValue(child, rest, value) } : object;
  }
  return value === undefined ? without(object, [name]) : { ...object, [name]: value };
}
