import { UNKNOWN, type PropertyMap } from "../shared/propertyValues";
import type { CreateRequest, DiffRequest, DiffResult, PropertyChange } from "../shared/provider";
import { changedProperties } from "./diff";
import { withoutSecrets } from "../shared/propertyValues";
import type { Session } from "./session";

/** A chart that Helm installs. The stand-in shows it in a preview, so that policies can judge it, and no more. */
export const HELM_RELEASE = "kubernetes:helm.sh/v3:Release";

/**
 * What a preview of a release shows: its inputs.
 *
 * @throws Error for the real create: there is no Helm here.
 */
export function createRelease(session: Session, request: CreateRequest): { id: string; state: PropertyMap } {
  if (!request.preview) throw new Error(`"${request.urn}" cannot be created: ${WHY}`);
  session.log.warn(request.urn, `this preview shows the release alone, and an update would fail: ${WHY}`);
  return { id: "", state: { ...request.inputs, status: UNKNOWN } };
}

/** What differs between two forms of a release's inputs. */
export function diffRelease({ oldInputs, news }: DiffRequest): DiffResult {
  const before = withoutSecrets(oldInputs);
  const changes: Map<string, PropertyChange> = changedProperties(
    { oldInputs: before, live: before, newInputs: withoutSecrets(news) },
    { replacing: ["name", "namespace"], ignored: [] },
  );
  return { changes, deleteBeforeReplace: false };
}

const WHY =
  "the sandbox's stand-in for the plugin kubernetes has no Helm, and charts come from a chart repository. " +
  "Install the vendor's plugin, or write the objects out as single resources.";
