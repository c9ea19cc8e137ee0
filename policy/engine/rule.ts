import type {
  Policies,
  PolicyConfigSchema,
  ReportViolation,
  ResourceValidationPolicy,
  Severity,
  StackValidationPolicy,
} from "@pulumi/policy";
import { type EnvironmentAnswer } from "../environment";
import { type EnvironmentLimits, limits } from "../limits";
import { type EngineResource, Resource } from "./resource";
import { isMapping, type Mapping, snapshot } from "./snapshot";
import { Stack } from "./stack";

/** What every rule says of itself. */
export interface RuleText {
  /** Name of the policy: `<service>-<resource>-<action>-<what>`. */
  readonly name: string;
  /** One sentence: what the rule demands. */
  readonly description: string;
  readonly severity: Severity;
  /** What to do about a violation. */
  readonly remediationSteps: string;
  /** What a pack configuration may say, where it may say anything: it can only tighten. */
  readonly configSchema?: PolicyConfigSchema;
}

/** Judges one resource at a time, before it is created or changed. */
export interface ResourceRule extends RuleText {
  readonly scope: "resource";
  /** One message for each violation. */
  judge(resource: Resource, config: Mapping): Iterable<string>;
}

/** Something wrong with a stack as a whole, and the resource where it shows, if any one does. */
export interface Finding {
  readonly message: string;
  readonly urn?: string;
}

/** Judges all resources together, at the end of a preview and of an update: what must exist, and what must agree. */
export interface StackRule extends RuleText {
  readonly scope: "stack";
  /** One finding for each violation. */
  judge(stack: Stack, config: Mapping): Iterable<Finding>;
}

/** A rule of the pack. */
export type Rule = ResourceRule | StackRule;

/** The limits of an environment, or the message of a rule that cannot choose any. */
export function limitsOf(
  environment: EnvironmentAnswer,
): { readonly limits: EnvironmentLimits; readonly name: string } | { readonly problem: string } {
  if (!environment.known) return { problem: environment.problem };
  return { limits: limits[environment.environment], name: environment.environment };
}

/** The policy that the SDK serves for a rule. Every policy is mandatory. */
export function toPolicy(rule: Rule): Policies[number] {
  const { name, description, severity, remediationSteps, configSchema } = rule;
  const text = {
    name,
    description,
    severity,
    remediationSteps,
    enforcementLevel: "mandatory" as const,
    ...(configSchema === undefined ? {} : { configSchema }),
  };
  if (rule.scope === "resource") {
    return {
      ...text,
      validateResource: (args, report) => {
        failClosed(report, () => {
          for (const message of rule.judge(
            Resource.of(args),
            configuration(() => args.getConfig()),
          ))
            report(message);
        });
      },
    } satisfies ResourceValidationPolicy;
  }
  return {
    ...text,
    validateStack: (args, report) => {
      failClosed(report, () => {
        const stack = new Stack(args.resources.map((resource: EngineResource) => Resource.of(resource)));
        for (const finding of rule.judge(
          stack,
          configuration(() => args.getConfig()),
        ))
          report(finding.message, finding.urn);
      });
    },
  } satisfies StackValidationPolicy;
}

// Read at each call: `pulumi policy analyze` and `publish` start a pack without any options.
function configuration(getConfig: () => object): Mapping {
  const config = snapshot(getConfig());
  return isMapping(config) ? config : {};
}

// A rule that cannot come to an end has not allowed anything.
function failClosed(report: ReportViolation, judge: () => void): void {
  try {
    judge();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    report(
      `The rule could not finish, so nothing is allowed: ${reason}. This is a fault of the policy pack.`,
    );
  }
}
