import type { PolicyConfigSchema } from "@pulumi/policy";

/** What a pack configuration may say about sampling. Both settings can only tighten. */
export const samplingConfigSchema: PolicyConfigSchema = {
  properties: {
    ceiling: {
      type: "number",
      minimum: 0,
      maximum: 1,
      description: "Highest sample rate, 0 to 1. Counts where it is below the limit in policy/limits.ts.",
    },
    highTrafficServices: {
      type: "array",
      items: { type: "string" },
      description: "More services that are held to the high-traffic ceiling.",
    },
  },
};
