import { hasUnknown, withoutSecrets, type PlainMap, type PropertyMap } from "../../shared/propertyValues";
import type { UpdateRequest } from "../../shared/provider";
import { ApiError } from "../apiErrors";
import { checkpointState, parseCheckpoint } from "../checkpoint";
import { KindNotServed, referenceTo, type Cluster } from "../cluster";
import { kindOfObject } from "../kinds";
import { updateFailure } from "../messages";
import { toApiSpelling } from "../normalise";
import { mapsAt, nameOf, textAt } from "../objects";
import { hasFieldsToTakeOver, takenOverFields, withIgnoredPaths } from "../ownership";
import { parsePath } from "../propertyPath";
import { clusterOf, type Session } from "../session";
import { fieldManagerOf, mayTakeOver } from "./create";
import { settle } from "./settle";

/** Applies new inputs and waits until the object is ready; a preview asks the API server for the result. */
export async function update(session: Session, request: UpdateRequest): Promise<PropertyMap> {
  const inputs = toApiSpelling(withoutSecrets(request.news));
  const stored = parseCheckpoint(request.state);
  const fieldManager = fieldManagerOf(inputs, stored.fieldManager);
  const stateOf = (live: PlainMap): PropertyMap =>
    checkpointState({ inputs, live, fieldManager }, request.news);
  if (request.preview) {
    const live = await previewed(session, request, inputs, fieldManager);
    return live === undefined ? request.news : stateOf(live);
  }
  const cluster = clusterOf(session);
  let answered: PlainMap;
  try {
    answered = await apply(session, cluster, request, inputs, fieldManager);
    if (stored.fieldManager !== "" && stored.fieldManager !== fieldManager) {
      await relinquish(cluster, answered, stored.fieldManager);
    }
  } catch (error) {
    throw updateFailure(request.urn, fieldManager, error);
  }
  const { urn, timeoutSeconds } = request;
  return stateOf(
    await settle(session, cluster, { urn, done: "updated", inputs, answered, timeoutSeconds, stateOf }),
  );
}

async function previewed(
  session: Session,
  request: UpdateRequest,
  inputs: PlainMap,
  fieldManager: string,
): Promise<PlainMap | undefined> {
  if ("unreachable" in session.reach || hasUnknown(inputs)) return undefined;
  try {
    return await apply(session, session.reach.cluster, request, inputs, fieldManager);
  } catch (error) {
    if (error instanceof KindNotServed || (error instanceof ApiError && error.code === 403)) return undefined;
    throw updateFailure(request.urn, fieldManager, error);
  }
}

async function apply(
  session: Session,
  cluster: Cluster,
  request: UpdateRequest,
  inputs: PlainMap,
  fieldManager: string,
): Promise<PlainMap> {
  const reference = referenceTo(inputs);
  let live = await cluster.get(reference);
  if (live === undefined) {
    throw new Error(
      `${nameOf(inputs)} is in the stack, but no longer in the cluster. Let the stack know by pulumi refresh; the next update creates it again.`,
    );
  }
  const options = { fieldManager, dryRun: request.preview };
  if (kindOfObject(inputs).kind === "CustomResourceDefinition") {
    // Replaced as a whole: an apply would keep versions and fields of a schema that other owners wrote.
    const metadata = {
      ...(inputs["metadata"] as PlainMap),
      resourceVersion: textAt(live, "metadata", "resourceVersion"),
    };
    return cluster.replace({ ...inputs, metadata }, options);
  }
  const takesOver = hasFieldsToTakeOver(live);
  if (takesOver && !request.preview) live = await takeOver(cluster, live, fieldManager);
  const wanted = withIgnoredPaths(inputs, live, request.ignoreChanges.map(parsePath), fieldManager);
  // In a preview the create's fields could not be taken over before, and would be reported as conflicts.
  const isUnowned = mapsAt(live, "metadata", "managedFields").length === 0;
  const force = mayTakeOver(session, inputs) || isUnowned || (request.preview && takesOver);
  return cluster.apply(wanted, { ...options, force });
}

async function takeOver(cluster: Cluster, live: PlainMap, fieldManager: string): Promise<PlainMap> {
  return cluster.patch(referenceTo(live), [
    { op: "replace", path: "/metadata/managedFields", value: takenOverFields(live, fieldManager) },
    // Refused when somebody has changed the object meanwhile: the list of owners is then another one.
    { op: "replace", path: "/metadata/resourceVersion", value: textAt(live, "metadata", "resourceVersion") },
  ]);
}

/** Gives up all fields of a manager whose name is no longer used. */
async function relinquish(cluster: Cluster, live: PlainMap, manager: string): Promise<void> {
  const { apiVersion = null, kind = null } = live;
  const { namespace, name } = referenceTo(live);
  const metadata: PlainMap = namespace === "" ? { name } : { name, namespace };
  await cluster.apply({ apiVersion, kind, metadata }, { fieldManager: manager, dryRun: false, force: false });
}
