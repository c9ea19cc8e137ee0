import type { ResourceLog } from "../shared/engineLog";
import { UNKNOWN, type PropertyMap } from "../shared/propertyValues";
import type { DiffResult, PropertyChange } from "../shared/provider";
import { ApiClient } from "./apiClient";
import { Cluster } from "./cluster";
import { Discovery } from "./discovery";
import { clusterAccess, type ClusterAccess } from "./kubeconfig";
import type { Reach, Session } from "./session";
import { providerSettings, type ProviderSettings } from "./settings";

/** Settings that together say which cluster is meant. */
const CLUSTER_SETTINGS = ["kubeconfig", "context", "cluster"];

/**
 * Connects to the cluster of a configuration. A cluster that is not there is no error yet: a preview without
 * one still shows what would be made.
 */
export async function openSession(
  config: PropertyMap,
  log: ResourceLog,
  signal: AbortSignal,
): Promise<Session> {
  const settings = providerSettings(config, process.env);
  const access = accessOrReason(settings);
  const defaultNamespace = settings.namespace ?? (typeof access === "string" ? "default" : access.namespace);
  return { settings, reach: await reach(access), defaultNamespace, log, signal };
}

function accessOrReason(settings: ProviderSettings): ClusterAccess | string {
  try {
    return clusterAccess(settings, process.env);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `unable to load the Kubernetes client configuration: ${reason}`;
  }
}

async function reach(access: ClusterAccess | string): Promise<Reach> {
  if (typeof access === "string") return { unreachable: access };
  const client = new ApiClient(access);
  try {
    await client.request({ method: "GET", path: "/version" });
  } catch (error) {
    client.close();
    return { unreachable: error instanceof Error ? error.message : String(error) };
  }
  return { cluster: new Cluster(client, new Discovery(client)) };
}

/**
 * What a change of the provider's settings means: all of its objects are made anew when they would go to
 * another cluster, which is judged by the address and its certificate authority.
 */
export function configurationDiff(olds: PropertyMap, news: PropertyMap): DiffResult {
  const changes = new Map<string, PropertyChange>();
  const isOtherCluster = clusterIdentity(olds) !== clusterIdentity(news);
  const identifier = news["clusterIdentifier"];
  const isSameIdentifier = identifier !== undefined && olds["clusterIdentifier"] === identifier;
  for (const name of new Set([...Object.keys(olds), ...Object.keys(news)])) {
    const [before, now] = [olds[name], news[name]];
    if (JSON.stringify(before) === JSON.stringify(now)) continue;
    const movesCluster = CLUSTER_SETTINGS.includes(name) && (isOtherCluster || now === UNKNOWN);
    const otherIdentifier = name === "clusterIdentifier" && before !== undefined && now !== undefined;
    changes.set(name, {
      kind: before === undefined ? "add" : now === undefined ? "delete" : "update",
      replaces: (movesCluster && !isSameIdentifier) || otherIdentifier,
      inputDiff: true,
    });
  }
  return { changes, deleteBeforeReplace: false };
}

/** Empty for a configuration that names no cluster, or one that cannot be read: no ground to replace anything. */
function clusterIdentity(config: PropertyMap): string {
  const settings = providerSettings(config, {});
  // The ambient kubeconfig of another day cannot be known any more.
  if (settings.kubeconfig === undefined) return "";
  try {
    const access = clusterAccess(settings, {});
    return `${access.server.href} ${access.certificateAuthority ?? ""}`;
  } catch {
    return "";
  }
}
