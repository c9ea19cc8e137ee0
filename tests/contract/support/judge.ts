import { isDeepStrictEqual } from "node:util";
import { type Environment } from "../../../policy/limits";
import { rules } from "../../../policy/policies";
import { type Declared, evaluate } from "../../policy/support/evaluate";
import { type Mutation } from "./mutations/index";
import { recordedStack } from "./recordedStack";

/** What the whole pack says about resources: messages by the name of the policy. */
export function judge(resources: readonly Declared[], stack: string): Map<string, string[]> {
  const found = rules.map((rule): [string, string[]] => [rule.name, evaluate(rule, resources, { stack })]);
  return new Map(found.filter(([, messages]) => messages.length > 0));
}

const judged = new Map<Mutation, Map<Environment, Map<string, string[]>>>();

/** What the whole pack says about a stack with a mutation; judged once in a process. */
export function judgeMutation(mutation: Mutation, stack: Environment): Map<string, string[]> {
  const known = judged.get(mutation)?.get(stack);
  if (known !== undefined) return known;
  const refusals = judgeAnew(mutation, stack);
  judged.set(
    mutation,
    (judged.get(mutation) ?? new Map<Environment, Map<string, string[]>>()).set(stack, refusals),
  );
  return refusals;
}

function judgeAnew(mutation: Mutation, stack: Environment): Map<string, string[]> {
  const originals = recordedStack(stack, mutation.variant);
  const resources = structuredClone(originals);
  const added = mutation.apply(resources) ?? [];
  const key = ({ type, name }: Declared): string => `${type} ${name}`;
  const known = new Map(originals.map((original) => [key(original), original]));
  // What the mutation left alone is the same object each time, which the pack reads once.
  const same = resources.map((resource) => {
    const original = known.get(key(resource));
    return isDeepStrictEqual(original, resource) ? (original ?? resource) : resource;
  });
  return judge([...same, ...added], mutation.stackName ?? stack);
}
