import { withoutSecrets, type PlainMap } from "../../shared/propertyValues";
import type { DiffRequest, DiffResult } from "../../shared/provider";
import { parseCheckpoint } from "../checkpoint";
import { changedProperties } from "../diff";
import { kindOfObject } from "../kinds";
import { isAutonamed } from "../naming";
import { normalised, toApiSpelling } from "../normalise";
import { metadataOf, nameOf, namespaceOf } from "../objects";
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
  const replaces = [...changes.values()].some((change) => change.replaces);
  // Two objects of one name cannot be there at once.
  const isSamePlace = nameOf(newInputs) === nameOf(live) && namespaceOf(newInputs) === namespaceOf(live);
  return { changes, deleteBeforeReplace: replaces && isSamePlace && !isAutonamed(newInputs) };
}

/** `default` where an object in a namespace names none; none where the kind has none. */
function settleNamespace(object: PlainMap, namespaced: boolean): void {
  const metadata = metadataOf(object);
  if (!namespaced) delete metadata["namespace"];
  else if (metadata["namespace"] === undefined || metadata["namespace"] === "")
    metadata["namespace"] = "default";
}
