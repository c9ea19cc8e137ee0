import { type Resource } from "../engine/resource";
import { entries, isList, isMapping, type Mapping, text, type Value } from "../engine/snapshot";
import { embeddedDocuments } from "./document";

/** A policy of Elasticsearch's snapshot lifecycle management (SLM), wherever a ConfigMap holds one. */
export interface SnapshotPolicy {
  /** Where it stands: `data["plan.json"]: snapshots.policy.body`. */
  readonly place: string;
  readonly policy: Mapping;
}

/** Words of a text that was meant as such a policy. */
export const snapshotWords = /"?expire_after"?\s*:|"?min_count"?\s*:/;

/**
 * The snapshot policies in a ConfigMap, at any depth of any document, known by what every one has to have: a schedule
 * and a repository. One that says nothing of its retention is then one without a retention, and not overlooked.
 */
export function snapshotPolicies(configMap: Resource): SnapshotPolicy[] {
  return embeddedDocuments(configMap).flatMap(({ place, content }) =>
    "mapping" in content ? policiesIn(content.mapping, "", place) : [],
  );
}

function policiesIn(value: Value, path: string, place: string): SnapshotPolicy[] {
  if (isList(value))
    return value.flatMap((element, index) => policiesIn(element, `${path}[${index}]`, place));
  if (!isMapping(value)) return [];
  const found = isPolicy(value) ? [{ place: path === "" ? place : `${place}: ${path}`, policy: value }] : [];
  const inner = entries(value).flatMap(([key, member]) =>
    policiesIn(member, path === "" ? key : `${path}.${key}`, place),
  );
  return [...found, ...inner];
}

function isPolicy(value: Mapping): boolean {
  return text(value.repository) !== undefined && value.schedule !== undefined;
}
