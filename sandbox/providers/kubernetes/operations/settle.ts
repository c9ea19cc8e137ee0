import { InitializationFailed } from "../../shared/failures";
import type { PlainMap, PropertyMap } from "../../shared/propertyValues";
import { NotReady, timeoutSecondsOf, waitUntilReady } from "../await/wait";
import type { Cluster } from "../cluster";
import { kindOfObject } from "../kinds";
import { idOf, textAt } from "../objects";
import type { Session } from "../session";

/** An object that the API server has taken, and that may have to get ready. */
export interface Taken {
  readonly urn: string;
  /** For the message: what was done with it. */
  readonly done: "created" | "updated";
  readonly inputs: PlainMap;
  /** What the API server answered. */
  readonly answered: PlainMap;
  /** Seconds that the engine allows; 0 for the default. */
  readonly timeoutSeconds: number;
  readonly stateOf: (live: PlainMap) => PropertyMap;
}

/**
 * Waits until an object is ready.
 *
 * @returns the object as it is then
 * @throws InitializationFailed with its state, so that the engine stores what is there and tries again
 */
export async function settle(session: Session, cluster: Cluster, taken: Taken): Promise<PlainMap> {
  const { urn, done, inputs, answered, stateOf } = taken;
  if (kindOfObject(inputs).kind === "CustomResourceDefinition") {
    cluster.discovery.forget(textAt(inputs, "spec", "group"));
  }
  try {
    return await waitUntilReady(cluster, inputs, answered, {
      timeoutSeconds: timeoutSecondsOf(taken.timeoutSeconds, inputs),
      signal: session.signal,
      onStatus: (status) => {
        session.log.status(urn, status);
      },
    });
  } catch (error) {
    const { message, live, problems } =
      error instanceof NotReady ? error : new NotReady(String(error), answered, []);
    const text = `resource "${urn}" was ${done}, but it did not get ready: ${message}`;
    throw new InitializationFailed(text, idOf(live), [text, ...problems], stateOf(live));
  }
}
