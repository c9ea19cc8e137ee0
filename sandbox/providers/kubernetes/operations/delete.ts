import { InitializationFailed } from "../../shared/failures";
import type { PlainMap } from "../../shared/propertyValues";
import type { DeleteRequest } from "../../shared/provider";
import { checkpointState, parseCheckpoint, type Checkpoint } from "../checkpoint";
import { KindNotServed, type Cluster, type ObjectReference } from "../cluster";
import { kindOfObject, kindOfToken, type GroupVersionKind } from "../kinds";
import { unreachableMessage } from "../messages";
import { annotationOf, at, mapsAt, parseId, textAt } from "../objects";
import { clusterOf, type Session } from "../session";
import { conditionText } from "../await/observation";
import { sleep, timeoutSecondsOf } from "../await/wait";

const FIRST_PAUSE_MILLISECONDS = 100;
const LONGEST_PAUSE_MILLISECONDS = 1_000;

/** Kinds whose deletion is not waited for with pulumi.com/skipAwait; the vendor's list. */
const SKIPPABLE = new Set([
  "Namespace",
  "Pod",
  "ReplicationController",
  "DaemonSet",
  "Deployment",
  "StatefulSet",
  "Job",
]);

/** Deletes an object and waits until it is gone. One that is not there is deleted already. */
export async function deleteObject(session: Session, request: DeleteRequest): Promise<void> {
  if ("unreachable" in session.reach) {
    session.log.warn(request.urn, unreachableMessage(session.reach.unreachable));
    if (session.settings.deleteUnreachable) return;
    throw new Error(
      "configured Kubernetes cluster is unreachable. If the cluster was deleted, let the stack forget its resources: " +
        "run the operation again with PULUMI_K8S_DELETE_UNREACHABLE=true.",
    );
  }
  const cluster = clusterOf(session);
  const stored = parseCheckpoint(request.state);
  const { namespace, name } = parseId(request.id);
  const reference = {
    kind: kindOf(stored.live, request.type),
    namespace: namespace || session.defaultNamespace,
    name,
  };
  if (!(await cluster.delete(reference, propagationPolicy(stored.inputs)))) return;
  if (reference.kind.kind === "CustomResourceDefinition")
    cluster.discovery.forget(textAt(stored.live, "spec", "group"));
  const isSkipped =
    annotationOf(stored.inputs, "pulumi.com/skipAwait") === "true" && SKIPPABLE.has(reference.kind.kind);
  if (!isSkipped) await waitUntilGone(session, cluster, reference, request, stored);
}

/** Foreground unless pulumi.com/deletionPropagationPolicy says otherwise: dependants go first. */
export function propagationPolicy(inputs: PlainMap): "Foreground" | "Background" | "Orphan" {
  const policy = annotationOf(inputs, "pulumi.com/deletionPropagationPolicy").toLowerCase();
  if (policy === "orphan") return "Orphan";
  return policy === "background" ? "Background" : "Foreground";
}

function kindOf(live: PlainMap, token: string): GroupVersionKind {
  const kind = kindOfObject(live);
  return kind.kind === "" ? kindOfToken(token) : kind;
}

async function waitUntilGone(
  session: Session,
  cluster: Cluster,
  reference: ObjectReference,
  request: DeleteRequest,
  stored: Checkpoint,
): Promise<void> {
  const timeoutSeconds = timeoutSecondsOf(request.timeoutSeconds, stored.inputs);
  const uid = textAt(stored.live, "metadata", "uid");
  const end = Date.now() + timeoutSeconds * 1000;
  for (let pause = FIRST_PAUSE_MILLISECONDS; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE_MILLISECONDS)) {
    const live = await getOrGone(cluster, reference);
    // Another object of that name is not the one that was deleted.
    if (live === undefined || (uid !== "" && textAt(live, "metadata", "uid") !== uid)) return;
    const blockers = deletionBlockers(live);
    session.log.status(request.urn, ["Waiting for deletion", ...blockers].join("; "));
    const isOver = Date.now() >= end;
    if (isOver || session.signal.aborted) {
      const why = isOver
        ? `was not gone after ${timeoutSeconds} s`
        : "is being deleted, but the wait was cancelled";
      const message = `${reference.kind.kind} "${request.id}" ${why}${blockers.length === 0 ? "" : `: ${blockers.join("; ")}`}`;
      throw new InitializationFailed(
        message,
        request.id,
        [message],
        checkpointState({ ...stored, live }, request.state),
      );
    }
    await sleep(pause, session.signal);
  }
}

async function getOrGone(cluster: Cluster, reference: ObjectReference): Promise<PlainMap | undefined> {
  try {
    return await cluster.get(reference);
  } catch (error) {
    if (error instanceof KindNotServed) return undefined;
    throw error;
  }
}

/** What keeps an object that is being deleted: finalizers, and what a namespace says of its content. */
export function deletionBlockers(live: PlainMap): string[] {
  const finalizers = at(live, "metadata", "finalizers");
  const names = Array.isArray(finalizers) ? finalizers.filter((name) => typeof name === "string") : [];
  const conditions = mapsAt(live, "status", "conditions").filter(
    (condition) =>
      /^(Namespace(Content|Finalizers)Remaining|NamespaceDeletion)/.test(textAt(condition, "type")) &&
      textAt(condition, "status") === "True",
  );
  return [...(names.length > 0 ? [`finalizers: ${names.join(", ")}`] : []), ...conditions.map(conditionText)];
}
