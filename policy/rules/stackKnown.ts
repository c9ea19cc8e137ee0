import { type ResourceRule } from "../engine/rule";

/** An unknown stack has no limits, so nothing may be deployed in it. */
export const stackKnown: ResourceRule = {
  scope: "resource",
  name: "tracing-stack-require-known-environment",
  description: "The stack is dev, staging or production: the environment is a function of its name alone.",
  severity: "critical",
  remediationSteps:
    "Use one of the three stacks. A new environment needs a line in policy/limits.ts, which its owners review.",
  *judge(resource) {
    if (resource.environment.known) return;
    if (!resource.type.kubernetes && resource.type.token !== "pulumi:pulumi:Stack") return;
    yield `${resource.title}: ${resource.environment.problem}. Rename the stack, or add the environment to policy/limits.ts.`;
  },
};
