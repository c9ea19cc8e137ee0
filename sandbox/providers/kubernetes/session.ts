import type { ResourceLog } from "../shared/engineLog";
import type { Cluster } from "./cluster";
import { isNamespacedByName } from "./discovery";
import type { GroupVersionKind } from "./kinds";
import { unreachableMessage } from "./messages";
import type { ProviderSettings } from "./settings";

/** The cluster, or why there is none. */
export type Reach = { readonly cluster: Cluster } | { readonly unreachable: string };

/** What every operation of one configured provider works with. */
export interface Session {
  readonly settings: ProviderSettings;
  readonly reach: Reach;
  /** For objects that name no namespace. */
  readonly defaultNamespace: string;
  readonly log: ResourceLog;
  /** Aborted when the engine cancels. */
  readonly signal: AbortSignal;
}

/**
 * The cluster of a session.
 *
 * @throws Error with the reason when it cannot be reached.
 */
export function clusterOf(session: Session): Cluster {
  if ("unreachable" in session.reach) throw new Error(unreachableMessage(session.reach.unreachable));
  return session.reach.cluster;
}

/** Whether objects of a kind have a namespace: by the server, by a planned CRD, or by the kind's name. */
export async function isNamespaced(session: Session, kind: GroupVersionKind): Promise<boolean> {
  if ("unreachable" in session.reach) return isNamespacedByName(kind);
  const { discovery } = session.reach.cluster;
  const served = await discovery.find(kind);
  return served?.isNamespaced ?? discovery.plannedIsNamespaced(kind) ?? isNamespacedByName(kind);
}
