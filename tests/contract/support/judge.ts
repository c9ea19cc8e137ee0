import { type Environment } from "../../../policy/limits";
import { rules } from "../../../policy/policies";
import { compliantStack } from "../../policy/support/compliantStack";
import { type Declared, evaluate } from "../../policy/support/evaluate";
import { type Mutation } from "./mutations/index";
import { recordedStack } from "./recordedStack";

/** The resources of a stack, and whether they are what the program registers for the shipped stack file. */
export interface JudgedStack {
  readonly resources: readonly Declared[];
  /** False while the program refuses to deploy the stack: then it is the pack's own compliant example. */
  readonly shipped: boolean;
}

/** The stack that mutations start from. */
export function judgedStack(stack: Environment): JudgedStack {
  const recorded = recordedStack(stack);
  if ("refused" in recorded) return { resources: compliantStack(stack), shipped: false };
  return { resources: recorded.resources, shipped: true };
}

/** What the whole pack says about resources: messages by the name of the policy. */
export function judge(resources: readonly Declared[], stack: string): Map<string, string[]> {
  const found = rules.map((rule): [string, string[]] => [rule.name, evaluate(rule, resources, { stack })]);
  return new Map(found.filter(([, messages]) => messages.length > 0));
}

/** What the whole pack says about a stack with a mutation. */
export function judgeMutation(mutation: Mutation, stack: Environment): Map<string, string[]> {
  const resources = structuredClone(judgedStack(stack).resources) as Declared[];
  const added = mutation.apply(resources) ?? [];
  return judge([...resources, ...added], mutation.stackName ?? stack);
}
