import { InitializationFailed } from "../../shared/failures";
import { withoutSecrets, type PlainMap } from "../../shared/propertyValues";
import type { ReadRequest, ReadResult } from "../../shared/provider";
import { checkpointState, parseCheckpoint, refreshedInputs } from "../checkpoint";
import { KindNotServed } from "../cluster";
import { kindOfObject, kindOfToken } from "../kinds";
import { unreachableMessage } from "../messages";
import { toApiSpelling, toSdkSpelling, withoutServerFields } from "../normalise";
import { nameOf, parseId } from "../objects";
import { markSecrets } from "../secrets";
import { clusterOf, type Session } from "../session";
import { lookFor } from "../await/readiness";
import { fieldManagerOf } from "./create";

/** Reads an object for a refresh or an import; undefined when it is not there. */
export async function read(session: Session, request: ReadRequest): Promise<ReadResult | undefined> {
  if ("unreachable" in session.reach) return readUnreachable(session, session.reach.unreachable, request);
  const cluster = clusterOf(session);
  const stored = parseCheckpoint(request.state);
  const oldInputs = toApiSpelling(withoutSecrets(request.inputs));
  const isImport = Object.keys(oldInputs).length === 0;
  const { namespace, name } = parseId(request.id);
  if (name === "")
    throw new Error(`"${request.id}" is no id of a Kubernetes object: expected name, or namespace/name.`);
  // The stored kind may be of another version than the program's type.
  const storedKind = kindOfObject(isImport ? stored.live : oldInputs);
  const kind = storedKind.kind === "" ? kindOfToken(request.type) : storedKind;
  let live: PlainMap | undefined;
  try {
    live = await cluster.get({ kind, namespace: namespace || session.defaultNamespace, name });
  } catch (error) {
    // Without its kind there cannot be the object: its CRD was deleted.
    if (!(error instanceof KindNotServed)) throw error;
  }
  if (live === undefined) return undefined;
  const inputs = isImport ? withoutServerFields(live) : refreshedInputs(live, oldInputs);
  const fieldManager = fieldManagerOf(oldInputs, stored.fieldManager);
  const result = {
    id: request.id,
    state: checkpointState({ inputs, live, fieldManager }, request.inputs),
    inputs: markSecrets(toSdkSpelling(inputs), request.inputs),
  };
  if (!isImport) await refuseUnready(session, live, oldInputs, result);
  return result;
}

/** A refresh reports, and stores, that an object is not ready. */
async function refuseUnready(
  session: Session,
  live: PlainMap,
  inputs: PlainMap,
  result: ReadResult,
): Promise<void> {
  // No pause for late pods here: a refresh looks once.
  const observation = await lookFor(inputs)(live, { cluster: clusterOf(session), elapsedSeconds: Infinity });
  if (observation.ready) return;
  const message = `"${nameOf(live)}" exists, but is not ready: ${observation.status}`;
  throw new InitializationFailed(
    message,
    result.id,
    [message, ...observation.problems],
    result.state,
    result.inputs,
  );
}

function readUnreachable(session: Session, reason: string, request: ReadRequest): ReadResult | undefined {
  session.log.warn(request.urn, unreachableMessage(reason));
  if (session.settings.deleteUnreachable) return undefined;
  if (session.settings.skipUpdateUnreachable)
    return { id: request.id, state: request.state, inputs: request.inputs };
  throw new Error(
    "failed to read resource state due to unreachable cluster. If the cluster was deleted, let the stack forget its " +
      "resources: run the operation again with PULUMI_K8S_DELETE_UNREACHABLE=true.",
  );
}
