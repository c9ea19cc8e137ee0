import * as pulumi from "@pulumi/pulumi";
import type { Deployed } from "./jumps";

/** Name of the stack output that says what is deployed. */
const output = "deployed" satisfies string;

/**
 * What the last successful deployment of this stack said of itself; undefined before the first. A stack may read its
 * own outputs: the engine answers with those of the last deployment.
 */
export async function previousDeployment(): Promise<Deployed | undefined> {
  const name = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  const self = new pulumi.StackReference("previous-deployment", { name });
  const details = await self.getOutputDetails(output);
  return details.value as Deployed | undefined;
}
