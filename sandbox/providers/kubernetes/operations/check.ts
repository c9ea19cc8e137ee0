import { isMap, withoutSecrets, type PlainMap } from "../../shared/propertyValues";
import type { CheckRequest, CheckResult } from "../../shared/provider";
import { apiVersionOf, kindOfObject, kindOfToken, whyUnsupported, type GroupVersionKind } from "../kinds";
import { assignName, AUTONAMED } from "../naming";
import { structuredCloneOf, toApiSpelling, toSdkSpelling } from "../normalise";
import { annotationOf, metadataOf } from "../objects";
import { markSecrets } from "../secrets";
import { isNamespaced, type Session } from "../session";
import { parseWaitFor } from "../await/waitFor";

/**
 * Fills in apiVersion, kind, name and namespace.
 *
 * @throws Error for a type that the stand-in does not have.
 */
export async function check(session: Session, request: CheckRequest): Promise<CheckResult> {
  const kind = kindOfToken(request.type);
  const unsupported = whyUnsupported(request.type, kind);
  if (unsupported !== undefined) throw new Error(unsupported);
  if (
    "unreachable" in session.reach &&
    session.settings.skipUpdateUnreachable &&
    request.olds !== undefined
  ) {
    session.log.warn(
      request.urn,
      "Cluster is unreachable but skipUpdateUnreachable is set to true, skipping...",
    );
    return { inputs: request.olds, failures: [] };
  }
  const object = toApiSpelling(withoutSecrets(request.news));
  const stored = request.olds === undefined ? undefined : toApiSpelling(withoutSecrets(request.olds));
  object["apiVersion"] ??= apiVersionOf(kind);
  object["kind"] ??= kind.kind;
  const failures = objectFailures(object, kind, request.type);
  if (failures.length > 0) return { inputs: request.news, failures };
  if (annotationOf(object, AUTONAMED) !== "" && stored === undefined) {
    session.log.warn(request.urn, `ignoring user-specified value for internal annotation "${AUTONAMED}"`);
  }
  assignName(object, stored, {
    logicalName: request.name,
    randomSeed: request.randomSeed,
    autonaming: request.autonaming,
  });
  await assignNamespace(session, object, kind);
  if (kind.kind === "CustomResourceDefinition" && "cluster" in session.reach) {
    session.reach.cluster.discovery.plan(structuredCloneOf(object));
  }
  return { inputs: markSecrets(toSdkSpelling(object), request.news), failures };
}

/** What can be seen to be wrong without a server. */
function objectFailures(
  object: PlainMap,
  kind: GroupVersionKind,
  token: string,
): { property: string; reason: string }[] {
  const failures: { property: string; reason: string }[] = [];
  const own = kindOfObject(object);
  if (own.kind !== kind.kind) {
    failures.push({ property: "kind", reason: `kind is ${own.kind}, but the resource's type is ${token}` });
  }
  const waitFor = annotationOf(object, "pulumi.com/waitFor");
  try {
    if (waitFor !== "") parseWaitFor(waitFor);
  } catch (error) {
    failures.push({
      property: "metadata.annotations",
      reason: error instanceof Error ? error.message : String(error),
    });
  }
  return failures;
}

async function assignNamespace(session: Session, object: PlainMap, kind: GroupVersionKind): Promise<void> {
  // Metadata that a preview does not know yet may hold a namespace.
  if (object["metadata"] !== undefined && !isMap(object["metadata"])) return;
  const metadata = metadataOf(object);
  if (metadata["namespace"] !== undefined && metadata["namespace"] !== "") return;
  if (await isNamespaced(session, kind)) metadata["namespace"] = session.defaultNamespace;
}
