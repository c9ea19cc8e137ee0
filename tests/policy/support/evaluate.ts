import assert from "node:assert/strict";
import * as sdk from "@pulumi/policy";
import type {
  ResourceValidation,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";
import { type Rule, toPolicy } from "../../../policy/engine/rule";

// The SDK exports it for test helpers since 1.21, and its declaration files leave it out.
const { unknownCheckingProxy } = sdk as unknown as { unknownCheckingProxy: (props: unknown) => unknown };

/** A document of any shape: the specs break parts of it that no type describes. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a closed type would forbid what the specs are about
export type Loose = any;

/** A resource as a program declares it. */
export interface Declared {
  /** Type token, for example `kubernetes:apps/v1:Deployment`. */
  type: string;
  /** Logical name. */
  name: string;
  props: Loose;
}

/** What the engine sends in place of a text that it cannot know during a preview. */
export const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** What the engine sends in place of a mapping that it cannot know during a preview. */
export const unknownMapping = "dd056dcd-154b-4c76-9bd3-c8f88648b5ff";

export interface EvaluateOptions {
  /** Name of the stack in the URNs. @default `dev` */
  stack?: string;
  /** Pack configuration of the rule. @default none, as with nil options */
  config?: object;
}

/**
 * Runs one rule as the SDK's server does: properties behind the proxy that throws on unknown values. A thrown
 * `UnknownValueError` would become advice in the engine, so it fails the test here.
 */
export function evaluate(
  rule: Rule,
  resources: readonly Declared[],
  options: EvaluateOptions = {},
): string[] {
  const { stack = "dev", config = {} } = options;
  const messages: string[] = [];
  const report = (message: string): void => {
    messages.push(message);
  };
  const wrapped = resources.map((resource) => ({
    type: resource.type,
    name: resource.name,
    urn: `urn:pulumi:${stack}::nova-tracing::${resource.type}::${resource.name}`,
    props: unknownCheckingProxy(resource.props),
    getConfig: () => config,
  }));
  const policy = toPolicy(rule);
  assert.equal(policy.enforcementLevel, "mandatory");
  if (rule.scope === "resource") {
    const validate = (policy as ResourceValidationPolicy).validateResource as ResourceValidation;
    for (const args of wrapped) void validate(args as unknown as ResourceValidationArgs, report);
  } else {
    const { validateStack } = policy as StackValidationPolicy;
    void validateStack({ resources: wrapped, getConfig: () => config } as never, report);
  }
  return messages;
}

/** Asserts that a rule lets resources pass. */
export function assertAllowed(rule: Rule, resources: readonly Declared[], options?: EvaluateOptions): void {
  assert.deepEqual(evaluate(rule, resources, options), []);
}

/** Asserts that a rule refuses resources, and that one of its messages has all of these parts. */
export function assertRefused(
  rule: Rule,
  resources: readonly Declared[],
  parts: readonly (string | RegExp)[],
  options?: EvaluateOptions,
): void {
  const messages = evaluate(rule, resources, options);
  const fits = (message: string): boolean =>
    parts.every((part) => (typeof part === "string" ? message.includes(part) : part.test(message)));
  assert.ok(
    messages.some(fits),
    `no message has all of ${parts.map(String).join(" | ")}; there were:\n${messages.join("\n") || "(none)"}`,
  );
  for (const message of messages) {
    assert.doesNotMatch(message, /could not finish/, "the rule broke instead of judging");
    assert.doesNotMatch(
      message,
      /\[object|undefined/,
      "a message shows a value of the language, not of the user",
    );
  }
}
