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

/** What the whole pack says about a stack with a mutation. */
export function judgeMutation(mutation: Mutation, stack: Environment): Map<string, string[]> {
  const resources = structuredClone(recordedStack(stack));
  const added = mutation.apply(resources) ?? [];
  return judge([...resources, ...added], mutation.stackName ?? stack);
}
