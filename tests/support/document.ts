/**
 * Ways into documents of any shape. A path that leads nowhere gives `undefined`, so an assertion on it fails with the
 * value that it expected.
 */

/** Steps into a document: keys of mappings, indices of lists. */
export type Path = readonly (string | number)[];

/** Whether a value is a mapping. */
export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What stands at a path. */
export function at(document: unknown, ...path: Path): unknown {
  return path.reduce<unknown>((value, step) => {
    if (Array.isArray(value)) return (value as unknown[])[Number(step)];
    return isMapping(value) ? value[step] : undefined;
  }, document);
}

/** The list at a path; throws if there is none. */
export function list(document: unknown, ...path: Path): unknown[] {
  const value = at(document, ...path);
  if (Array.isArray(value)) return value as unknown[];
  throw new Error(`no list at ${path.join(".")}, but ${JSON.stringify(value)}`);
}

/** The mapping at a path; throws if there is none. */
export function mapping(document: unknown, ...path: Path): Record<string, unknown> {
  const value = at(document, ...path);
  if (isMapping(value)) return value;
  throw new Error(`no mapping at ${path.join(".")}, but ${JSON.stringify(value)}`);
}

/** The text at a path; throws if there is none. */
export function text(document: unknown, ...path: Path): string {
  const value = at(document, ...path);
  if (typeof value === "string") return value;
  throw new Error(`no text at ${path.join(".")}, but ${JSON.stringify(value)}`);
}

/** Puts a value at a path of mappings, which are made where there are none; `undefined` takes away what is there. */
export function put(document: unknown, [key, ...rest]: Path, value: unknown): void {
  if (!isMapping(document) || key === undefined) throw new Error(`no mapping to put ${String(key)} into`);
  if (rest.length > 0) put((document[key] ??= {}), rest, value);
  else if (value === undefined) Reflect.deleteProperty(document, key);
  else document[key] = value;
}
