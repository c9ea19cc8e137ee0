import * as pulumi from "@pulumi/pulumi";
import type { Deployed } from "./jumps";

/**
 * What the last deployment of this stack said of itself; undefined before the first. A stack may read its own outputs:
 * the engine answers with those of the last run that came to its end, of a failed one too, which says what it was
 * about to do. A run that was killed has left no word, so the guard knows what was there before it.
 */
export async function previousDeployment(): Promise<Deployed | undefined> {
  const name = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  const self = new pulumi.StackReference("previous-deployment", { name });
  const details = await self.getOutputDetails("deployed");
  return details.value as Deployed | undefined;
}
