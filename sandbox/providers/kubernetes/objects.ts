import { isMap, type PlainMap, type PlainValue } from "../shared/propertyValues";

/** The value below these names, or undefined where one of them is absent or no map. */
export function at(
  object: PlainValue | undefined,
  ...path: readonly (string | number)[]
): PlainValue | undefined {
  let current: PlainValue | undefined = object;
  for (const step of path) {
    if (typeof step === "number") current = Array.isArray(current) ? current[step] : undefined;
    else current = isMap(current) ? current[step] : undefined;
  }
  return current;
}

/** The string below these names, or the empty string. */
export function textAt(object: PlainValue | undefined, ...path: readonly (string | number)[]): string {
  const value = at(object, ...path);
  return typeof value === "string" ? value : "";
}

/** The number below these names, or undefined. */
export function numberAt(
  object: PlainValue | undefined,
  ...path: readonly (string | number)[]
): number | undefined {
  const value = at(object, ...path);
  return typeof value === "number" ? value : undefined;
}

/** The maps in the list below these names; empty where there is no list. */
export function mapsAt(object: PlainValue | undefined, ...path: readonly (string | number)[]): PlainMap[] {
  const value = at(object, ...path);
  return Array.isArray(value) ? value.filter(isMap) : [];
}

/** metadata.name, or the empty string. */
export function nameOf(object: PlainMap): string {
  return textAt(object, "metadata", "name");
}

/** metadata.namespace, or the empty string. */
export function namespaceOf(object: PlainMap): string {
  return textAt(object, "metadata", "namespace");
}

/** The value of an annotation, or the empty string. */
export function annotationOf(object: PlainMap, name: string): string {
  return textAt(object, "metadata", "annotations", name);
}

/** The id that the engine stores: `name`, or `namespace/name` for what lives in a namespace. */
export function idOf(object: PlainMap): string {
  const namespace = namespaceOf(object);
  return namespace === "" ? nameOf(object) : `${namespace}/${nameOf(object)}`;
}

/** The parts of an id. */
export function parseId(id: string): { namespace: string; name: string } {
  const [first = "", second] = id.split("/");
  return second === undefined ? { namespace: "", name: first } : { namespace: first, name: second };
}

/** metadata of an object, made when it is absent, so that it can be changed. */
export function metadataOf(object: PlainMap): PlainMap {
  const existing = object["metadata"];
  if (isMap(existing)) return existing;
  const created: PlainMap = {};
  object["metadata"] = created;
  return created;
}

/** True when both are the same JSON value; the order of members does not matter, that of lists does. */
export function sameValue(a: PlainValue | undefined, b: PlainValue | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => sameValue(item, b[index]));
  }
  if (!isMap(a) || !isMap(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length && names.every((name) => name in b && sameValue(a[name], b[name]))
  );
}
