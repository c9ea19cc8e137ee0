import type { PlainMap } from "../../shared/propertyValues";
import { Unreachable } from "../apiErrors";
import { referenceTo, type Cluster } from "../cluster";
import { annotationOf, nameOf, numberAt } from "../objects";
import { evidence } from "./evidence";
import { waiting, type Observation } from "./observation";
import { lookFor, type Look, type LookContext } from "./readiness";

/** How long a wait may take unless the resource says otherwise. */
export const DEFAULT_TIMEOUT_SECONDS = 600;

const FIRST_PAUSE_MILLISECONDS = 200;
const LONGEST_PAUSE_MILLISECONDS = 1_000;

/** A wait that ended without the object being ready. */
export class NotReady extends Error {
  constructor(
    message: string,
    /** The newest form of the object that was seen. */
    readonly live: PlainMap,
    /** What stands in the way, one thing each. */
    readonly problems: readonly string[],
  ) {
    super(message);
  }
}

/** How to wait. */
export interface WaitOptions {
  readonly timeoutSeconds: number;
  /** Aborted when the engine cancels. */
  readonly signal: AbortSignal;
  /** Called with each new line of progress. */
  readonly onStatus: (status: string) => void;
}

/**
 * The timeout of an operation: the resource's own option, else the annotation pulumi.com/timeoutSeconds, else
 * ten minutes.
 */
export function timeoutSecondsOf(optionSeconds: number, inputs: PlainMap): number {
  if (optionSeconds > 0) return optionSeconds;
  const annotated = Number(annotationOf(inputs, "pulumi.com/timeoutSeconds"));
  return Number.isFinite(annotated) && annotated > 0 ? annotated : DEFAULT_TIMEOUT_SECONDS;
}

/**
 * Waits until an object is ready, and returns it as it is then.
 *
 * @throws NotReady when the time is over, when waiting cannot help, or when the engine cancels.
 */
export async function waitUntilReady(
  cluster: Cluster,
  inputs: PlainMap,
  answered: PlainMap,
  options: WaitOptions,
): Promise<PlainMap> {
  const look = lookFor(inputs);
  const start = Date.now();
  let live = answered;
  let lastStatus = "";
  for (let pause = FIRST_PAUSE_MILLISECONDS; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE_MILLISECONDS)) {
    const elapsedSeconds = (Date.now() - start) / 1000;
    const observation = await looked(look, live, { cluster, elapsedSeconds });
    if (observation.status !== lastStatus) options.onStatus(observation.status);
    lastStatus = observation.status;
    if (observation.ready) return live;
    const end = reasonToStop(live, observation, elapsedSeconds, options);
    if (end !== undefined)
      throw new NotReady(end, live, [...observation.problems, ...(await evidence(cluster, live))]);
    await sleep(
      Math.min(pause, Math.max(0, options.timeoutSeconds * 1000 - (Date.now() - start))),
      options.signal,
    );
    live = await newest(cluster, live);
  }
}

/** A server that is away for a moment is waited for like everything else. */
async function looked(look: Look, live: PlainMap, context: LookContext): Promise<Observation> {
  try {
    return await look(live, context);
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    return waiting("Waiting for the API server to answer", [error.message]);
  }
}

function reasonToStop(
  live: PlainMap,
  observation: Observation,
  elapsedSeconds: number,
  { timeoutSeconds, signal }: WaitOptions,
): string | undefined {
  const name = nameOf(live);
  if (signal.aborted) return `the wait for "${name}" was cancelled`;
  if (observation.hopeless === true) return `"${name}" failed: ${observation.status}`;
  if (elapsedSeconds >= timeoutSeconds)
    return `"${name}" timed out waiting to be ready after ${timeoutSeconds} s`;
  return undefined;
}

/** The object as it is now; one that is away for a moment, or cannot be asked for, is taken as it was. */
async function newest(cluster: Cluster, live: PlainMap): Promise<PlainMap> {
  try {
    const current = await cluster.get(referenceTo(live));
    // A list of the cache may lag behind the answer to the write.
    if (current === undefined)
      throw new NotReady(`"${nameOf(live)}" was deleted while it was waited for`, live, []);
    return (numberAt(current, "metadata", "generation") ?? 0) <
      (numberAt(live, "metadata", "generation") ?? 0)
      ? live
      : current;
  } catch (error) {
    if (error instanceof Unreachable) return live;
    throw error;
  }
}

/** Pauses; ends early, without an error, when the signal comes. */
export function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done);
  });
}
