/** A place in an object: names of members and indices of lists. */
export type Path = readonly (string | number)[];

/** The engine's notation: `spec.ports[0].name`, with `["a.b"]` for a name that holds a dot or bracket. */
export function formatPath(path: Path): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else if (/[.[\]"]/.test(step) || step === "") text += `["${step.replaceAll('"', '\\"')}"]`;
    else text += text === "" ? step : `.${step}`;
  }
  return text;
}

/** Reads the engine's notation; `[*]` and `*` become the name `*`. */
export function parsePath(text: string): Path {
  const steps: (string | number)[] = [];
  const pattern = /\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|\[\*\]|([^.[\]]+)/g;
  for (const match of text.matchAll(pattern)) {
    const [whole, quoted, index, name] = match;
    if (quoted !== undefined) steps.push(quoted.replaceAll('\\"', '"'));
    else if (index !== undefined) steps.push(Number(index));
    else steps.push(name ?? whole.slice(1, -1));
  }
  return steps;
}

/** True when `pattern`, in which `*` stands for any one step, is `path` or one of its beginnings. */
export function isBeginning(pattern: Path, path: Path): boolean {
  return (
    pattern.length <= path.length && pattern.every((step, index) => step === "*" || step === path[index])
  );
}
