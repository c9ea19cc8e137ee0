import * as path from "node:path";
import type { Toolchain } from "../toolchain/toolchain";
import { startApiServer } from "./emptyApiServer";
import { KubernetesApi } from "./kubernetesApi";

/** An API server with nothing behind it, and a way to ask it. */
export interface EmptyCluster {
  /** Path of a kubeconfig for its administrator. */
  readonly kubeconfig: string;
  readonly api: KubernetesApi;
  /** Ends all of its processes. */
  stop(): Promise<void>;
}

/**
 * Starts an API server with the sandbox's own tools.
 * @param folder an empty one, for data, keys and logs
 * @param deletes whether what belongs to deleted objects and namespaces is deleted too, by the controllers for it
 */
export async function startEmptyCluster(
  tools: Toolchain,
  folder: string,
  { deletes = false }: { readonly deletes?: boolean } = {},
): Promise<EmptyCluster> {
  const server = await startApiServer({
    etcd: path.join(tools.debian.root, "usr/bin/etcd"),
    kubeApiserver: tools.kubeApiserver,
    ...(deletes && { kubeControllerManager: tools.kubeControllerManager }),
    folder,
  });
  const api = new KubernetesApi(server.kubeconfig);
  return {
    kubeconfig: server.kubeconfig,
    api,
    stop: () => {
      api.close();
      return server.stop();
    },
  };
}
