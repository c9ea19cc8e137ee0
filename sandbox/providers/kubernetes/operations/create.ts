import { randomBytes } from "node:crypto";
import { hasUnknown, withoutSecrets, type PlainMap, type PropertyMap } from "../../shared/propertyValues";
import type { CreateRequest } from "../../shared/provider";
import { ApiError, isNotFound } from "../apiErrors";
import { checkpointState } from "../checkpoint";
import { KindNotServed, type Cluster } from "../cluster";
import { kindOfObject } from "../kinds";
import { conflictMessage, createFailure } from "../messages";
import { toApiSpelling } from "../normalise";
import { annotationOf, idOf } from "../objects";
import { CREATE_MANAGER } from "../ownership";
import { clusterOf, type Session } from "../session";
import { sleep } from "../await/wait";
import { settle } from "./settle";

/** How often a create is tried again, and the first pause, which doubles each time. */
const RETRIES = 5;
const FIRST_PAUSE_MILLISECONDS = 1_000;

/** Creates an object and waits until it is ready; a preview asks the API server what it would make of it. */
export async function create(
  session: Session,
  request: CreateRequest,
): Promise<{ id: string; state: PropertyMap }> {
  const inputs = toApiSpelling(withoutSecrets(request.inputs));
  const fieldManager = fieldManagerOf(inputs, "");
  if (request.preview) {
    const live = await previewed(session, request.urn, inputs, fieldManager);
    if (live === undefined) return { id: "", state: request.inputs };
    // A status would let the program read fields that will be others, or absent, after the real create.
    delete live["status"];
    return { id: "", state: checkpointState({ inputs, live, fieldManager }, request.inputs) };
  }
  const cluster = clusterOf(session);
  const answered = await createWithRetries(session, cluster, request.urn, inputs, fieldManager);
  const stateOf = (live: PlainMap): PropertyMap =>
    checkpointState({ inputs, live, fieldManager }, request.inputs);
  const { urn, timeoutSeconds } = request;
  const live = await settle(session, cluster, {
    urn,
    done: "created",
    inputs,
    answered,
    timeoutSeconds,
    stateOf,
  });
  return { id: idOf(live), state: stateOf(live) };
}

/** The name of the owner of an object's fields: its annotation's, the stored one, or a new one of its own. */
export function fieldManagerOf(inputs: PlainMap, stored: string): string {
  return (
    annotationOf(inputs, "pulumi.com/patchFieldManager") ||
    stored ||
    `${CREATE_MANAGER}-${randomBytes(4).toString("hex")}`
  );
}

/** What the API server would make of the inputs; undefined where it cannot be asked yet. */
async function previewed(
  session: Session,
  urn: string,
  inputs: PlainMap,
  fieldManager: string,
): Promise<PlainMap | undefined> {
  if ("unreachable" in session.reach || hasUnknown(inputs)) return undefined;
  const { cluster } = session.reach;
  try {
    return await write(session, cluster, inputs, fieldManager, true);
  } catch (error) {
    if (error instanceof KindNotServed) return undefined;
    // The namespace comes with the same update; the old object goes before its replacement; or looking is
    // allowed and writing is not.
    const isExpected =
      error instanceof ApiError &&
      (isNotFound(error) || error.reason === "AlreadyExists" || error.code === 403);
    if (isExpected) return undefined;
    throw createFailure(urn, kindOfObject(inputs), error);
  }
}

async function createWithRetries(
  session: Session,
  cluster: Cluster,
  urn: string,
  inputs: PlainMap,
  fieldManager: string,
): Promise<PlainMap> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await write(session, cluster, inputs, fieldManager, false);
    } catch (error) {
      if (!mayCome(error) || attempt === RETRIES || session.signal.aborted)
        throw createFailure(urn, kindOfObject(inputs), error);
      session.log.status(
        urn,
        `Retry #${attempt + 1}; creation failed: ${error instanceof Error ? error.message : String(error)}`,
      );
      await sleep(FIRST_PAUSE_MILLISECONDS * 2 ** attempt, session.signal);
    }
  }
}

/** True while the namespace or the CRD is on the way, or the object's predecessor on its way out. */
function mayCome(error: unknown): boolean {
  const isLeaving = error instanceof ApiError && error.message.startsWith("object is being deleted");
  return error instanceof KindNotServed || isNotFound(error) || isLeaving;
}

async function write(
  session: Session,
  cluster: Cluster,
  inputs: PlainMap,
  fieldManager: string,
  dryRun: boolean,
): Promise<PlainMap> {
  if (!session.settings.upsertExistingObjects) {
    return cluster.create(inputs, { fieldManager: CREATE_MANAGER, dryRun });
  }
  try {
    return await cluster.apply(inputs, {
      fieldManager,
      dryRun,
      force: mayTakeOver(session, inputs) || dryRun,
    });
  } catch (error) {
    if (error instanceof ApiError && error.reason === "Conflict")
      throw new Error(conflictMessage(fieldManager, error));
    throw error;
  }
}

/** True when an apply may take fields from other owners. */
export function mayTakeOver(session: Session, inputs: PlainMap): boolean {
  return session.settings.enablePatchForce || annotationOf(inputs, "pulumi.com/patchForce") === "true";
}
