/**
 * The part of `@pulumi/policy` that the pack uses. The host type-checks a pack each time it starts one, and the SDK's own
 * declarations draw in all of `@pulumi/pulumi`: with these (tsconfig.json maps the package to them) the pack starts in
 * about half of the time. `npm run check` holds the pack to the SDK's declarations as well.
 */

export type Severity = "low" | "medium" | "high" | "critical";

export type EnforcementLevel = "advisory" | "mandatory" | "remediate" | "disabled";

export interface PolicyConfigSchema {
  properties: Record<string, object>;
  required?: string[];
}

export type ReportViolation = (message: string, urn?: string) => void;

interface Policy {
  name: string;
  description: string;
  enforcementLevel?: EnforcementLevel;
  severity?: Severity;
  remediationSteps?: string;
  configSchema?: PolicyConfigSchema;
}

interface PolicyResource {
  type: string;
  urn: string;
  name: string;
  props: Record<string, unknown>;
}

export interface ResourceValidationArgs extends PolicyResource {
  getConfig(): object;
}

export interface ResourceValidationPolicy extends Policy {
  validateResource?: (args: ResourceValidationArgs, reportViolation: ReportViolation) => void;
}

export interface StackValidationArgs {
  resources: PolicyResource[];
  getConfig(): object;
}

export interface StackValidationPolicy extends Policy {
  validateStack: (args: StackValidationArgs, reportViolation: ReportViolation) => void;
}

export type Policies = (ResourceValidationPolicy | StackValidationPolicy)[];

export declare class PolicyPack {
  constructor(name: string, args: { policies: Policies; enforcementLevel?: EnforcementLevel });
}
