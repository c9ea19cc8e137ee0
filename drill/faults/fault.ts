import { SandboxError } from "../../sandbox/support/errors";
import { labelOf, type Staging } from "../../tests/e2e/support/staging";
import type { AlertPattern } from "../notifications";

/** Puts right what a fault broke. */
export type Repair = () => Promise<void>;

/** Something to break, and who should be told what of it. */
export interface Fault {
  readonly name: string;
  /** What is done, for the table. */
  readonly broken: string;
  /** What is done about it. */
  readonly repaired: string;
  /** Every one of them has to come, and to go after the repair. */
  readonly expected: readonly AlertPattern[];
  /** Breaks it. A fault that fails half-way has put right what it had done. */
  break(staging: Staging): Promise<Repair>;
}

/** The pod of a component. @throws SandboxError where there is none */
export async function pod(staging: Staging, component: string): Promise<unknown> {
  const [found] = (await staging.pods()).filter((one) => labelOf(one, "component") === component);
  if (found === undefined) throw new SandboxError(`No pod of observability has the component ${component}`);
  return found;
}

/** A Deployment without a pod. */
export function stoppedDeployment({
  name,
  what,
  deployment,
  expected,
}: {
  readonly name: string;
  /** Who does what no longer. */
  readonly what: string;
  readonly deployment: string;
  readonly expected: readonly AlertPattern[];
}): Fault {
  return {
    name,
    broken: `${what} (Deployment scaled to 0)`,
    repaired: "scaled to 1",
    expected,
    async break(staging) {
      const path = staging.path("/apis/apps/v1", "deployments", deployment);
      await staging.change(path, { spec: { replicas: 0 } });
      return () => staging.change(path, { spec: { replicas: 1 } });
    },
  };
}
