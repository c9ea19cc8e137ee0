import type { PlainMap, PlainValue } from "../../shared/propertyValues";
import { isMap } from "../../shared/propertyValues";
import { conditionOf, ready, waiting, type Observation } from "./observation";
import { textAt } from "../objects";

/** One expression of the annotation pulumi.com/waitFor. */
export type Expectation = (object: PlainMap) => Observation;

/**
 * Reads the annotation: one expression, or a JSON list of several, each `condition=TYPE[=STATUS]` (status
 * `True` if left out) or `jsonpath={.path}[=VALUE]` (any value if left out).
 *
 * @throws Error naming the expression that cannot be read.
 */
export function parseWaitFor(annotation: string): Expectation[] {
  const expressions = expressionsOf(annotation);
  if (expressions.length === 0)
    throw new Error("pulumi.com/waitFor is an empty list; give at least one expression.");
  return expressions.map(parseExpression);
}

/** What all expectations together say. */
export function expectedObservation(object: PlainMap, expectations: readonly Expectation[]): Observation {
  const open = expectations.map((expectation) => expectation(object)).filter((result) => !result.ready);
  const [first] = open;
  if (first === undefined) return ready("all that pulumi.com/waitFor names has come");
  return waiting(
    first.status,
    open.flatMap((result) => result.problems),
  );
}

function expressionsOf(annotation: string): string[] {
  if (!annotation.trim().startsWith("[")) return [annotation.trim()];
  let list: unknown;
  try {
    list = JSON.parse(annotation);
  } catch {
    list = undefined;
  }
  if (Array.isArray(list) && list.every((item) => typeof item === "string")) return list;
  throw new Error(
    `pulumi.com/waitFor is neither an expression nor a JSON list of expressions: ${annotation}`,
  );
}

function parseExpression(expression: string): Expectation {
  if (expression.startsWith("condition=")) return conditionExpectation(expression.slice("condition=".length));
  if (expression.startsWith("jsonpath="))
    return jsonPathExpectation(expression.slice("jsonpath=".length), expression);
  throw new Error(`pulumi.com/waitFor: "${expression}" begins neither with condition= nor with jsonpath=.`);
}

function conditionExpectation(text: string): Expectation {
  const [type = "", wanted = "True"] = text.split("=");
  return (object) => {
    const status = textAt(conditionOf(object, type), "status");
    if (status.toLowerCase() === wanted.toLowerCase()) return ready(`condition ${type} is ${wanted}`);
    const found = status === "" ? "absent" : status;
    return waiting(`Waiting for condition ${type} to be ${wanted}`, [
      `condition ${type} is ${found}, not ${wanted}`,
    ]);
  };
}

function jsonPathExpectation(text: string, expression: string): Expectation {
  // Braces first: a filter within them holds an equals sign of its own.
  const match = /^'?(?:\{(\.[^}]*)\}|(\.[^=]*))'?(?:={1,2}(.*))?$/s.exec(text);
  if (match === null) {
    throw new Error(
      `pulumi.com/waitFor: "${expression}" is no JSON path of the form jsonpath={.status.phase}=Running.`,
    );
  }
  const [, braced, bare, wanted] = match;
  const path = braced ?? bare ?? "";
  const steps = jsonPathSteps(path, expression);
  return (object) => {
    const values = select(object, steps);
    const found = values.map((value) => (typeof value === "string" ? value : JSON.stringify(value)));
    const holds = wanted === undefined ? found.length > 0 : found.length === 1 && found[0] === wanted;
    if (holds) return ready(`${path} is ${found.join(", ")}`);
    const goal = wanted === undefined ? "to exist" : `to be ${wanted}`;
    return waiting(`Waiting for ${path} ${goal}`, [
      `${path} is ${found.join(", ") || "absent"}, waited for it ${goal}`,
    ]);
  };
}

type Step =
  | { readonly kind: "member"; readonly name: string }
  | { readonly kind: "index"; readonly index: number }
  | { readonly kind: "all" }
  | { readonly kind: "filter"; readonly name: string; readonly value: string };

function jsonPathSteps(path: string, expression: string): Step[] {
  const steps: Step[] = [];
  const pattern =
    /\.((?:\\.|[\w-])+)|\[(-?\d+)\]|\[\*\]|\[\?\(@\.([\w.-]+)\s*==\s*["']([^"']*)["']\)\]|\[['"]([^'"]+)['"]\]/gy;
  let end = 0;
  for (const match of path.matchAll(pattern)) {
    end = match.index + match[0].length;
    const [, member, index, filterName, filterValue, quoted] = match;
    if (member !== undefined) steps.push({ kind: "member", name: member.replaceAll("\\", "") });
    else if (quoted !== undefined) steps.push({ kind: "member", name: quoted });
    else if (index !== undefined) steps.push({ kind: "index", index: Number(index) });
    else if (filterName !== undefined)
      steps.push({ kind: "filter", name: filterName, value: filterValue ?? "" });
    else steps.push({ kind: "all" });
  }
  if (end === path.length && steps.length > 0) return steps;
  throw new Error(
    `pulumi.com/waitFor: "${expression}" has a part that the sandbox's stand-in cannot read: ${path.slice(end)}`,
  );
}

function select(value: PlainValue, [step, ...rest]: readonly Step[]): PlainValue[] {
  if (step === undefined) return [value];
  return children(value, step).flatMap((child) => select(child, rest));
}

function children(value: PlainValue, step: Step): PlainValue[] {
  if (step.kind === "member") {
    const member = isMap(value) ? value[step.name] : undefined;
    return member === undefined ? [] : [member];
  }
  if (!Array.isArray(value)) return [];
  if (step.kind === "all") return value;
  if (step.kind === "filter") return value.filter((item) => isMap(item) && item[step.name] === step.value);
  const item = value.at(step.index);
  return item === undefined ? [] : [item];
}
