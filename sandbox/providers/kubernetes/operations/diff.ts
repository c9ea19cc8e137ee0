import { withoutSecrets, type PlainMap } from "../../shared/propertyValues";
import type { DiffRequest, DiffResult } from "../../shared/provider";
import { lookFor } from "../await/readiness";
import { parseCheckpoint } from "../checkpoint";
import { changedProperties } from "../diff";
import { kindOfObject } from "../kinds";
import { isAutonamed } from "../naming";
import { normalised, toApiSpelling } from "../normalise";
import { annotationOf, metadataOf, nameOf, namespaceOf } from "../objects";
import { replacingFields } from "../replacement";
import { isNamespaced, type Session } from "../session";

/** What an update would change, and whether the object has to be made anew for it. */
export async function diff(session: Session, request: DiffRequest): Promise<DiffResult> {
  const stored = parseCheckpoint(request.state);
  const newInputs = normalised(toApiSpelling(withoutSecrets(request.news)));
  const oldInputs = normalised(stored.inputs);
  const live = normalised(stored.live);
  const kind = kindOfObject(newInputs);
  const namespaced = await isNamespaced(session, kind);
  for (const object of [newInputs, oldInputs, live]) settleNamespace(object, namespaced);
  // An import, or the name that the API server made: the live one is the object's, whatever the inputs say.
  if (nameOf(oldInputs) === "") metadataOf(oldInputs)["name"] = nameOf(live);
  const changes = changedProperties(
    { oldInputs, live, newInputs },
    {
      replacing: replacingFields(kind, newInputs, session.settings),
      ignored: request.ignoreChanges,
    },
  );
  if (await isUnreadyJob(session, newInputs, live)) {
    changes.set(`metadata.annotations["${replaceUnready}"]`, {
      kind: "update",
      replaces: true,
      inputDiff: false,
    });
  }
  const replaces = [...changes.values()].some((change) => change.replaces);
  // Two objects of one name cannot be there at once.
  const isSamePlace = nameOf(newInputs) === nameOf(live) && namespaceOf(newInputs) === namespaceOf(live);
  return { changes, deleteBeforeReplace: replaces && isSamePlace && !isAutonamed(newInputs) };
}

const replaceUnready = "pulumi.com/replaceUnready";

/** Whether it is a Job that asks to be made anew as long as it has not succeeded, and has not. */
async function isUnreadyJob(session: Session, newInputs: PlainMap, live: PlainMap): Promise<boolean> {
  const asks = annotationOf(newInputs, replaceUnready) === "true";
  if (!asks || newInputs["kind"] !== "Job" || "unreachable" in session.reach) return false;
  const { cluster } = session.reach;
  const job = await cluster.get({
    kind: kindOfObject(live),
    namespace: namespaceOf(live),
    name: nameOf(live),
  });
  if (job === undefined) return false;
  return !(await lookFor(newInputs)(job, { cluster, elapsedSeconds: Infinity })).ready;
}

/** `default` where an object in a namespace names none; none where the kind has none. */
function settleNamespace(object: PlainMap, namespaced: boolean): void {
  const metadata = metadataOf(object);
  if (!namespaced) delete metadata["namespace"];
  else if (metadata["namespace"] === undefined || metadata["namespace"] === "")
    metadata["namespace"] = "default";
}
