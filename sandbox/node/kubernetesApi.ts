import { SandboxError } from "../support/errors";
import { until } from "../support/process";
import { ApiClient, isNotFound } from "../providers/kubernetes/apiClient";
import { Cluster } from "../providers/kubernetes/cluster";
import { Discovery } from "../providers/kubernetes/discovery";
import { clusterAccess } from "../providers/kubernetes/kubeconfig";
import type { PlainMap } from "../providers/shared/propertyValues";

/** Paths of the resources that the sandbox itself applies, by kind. */
const resources: Readonly<Record<string, string>> = {
  Namespace: "namespaces",
  ServiceAccount: "serviceaccounts",
  ConfigMap: "configmaps",
  Service: "services",
  Deployment: "deployments",
  ClusterRole: "clusterroles",
  ClusterRoleBinding: "clusterrolebindings",
  CustomResourceDefinition: "customresourcedefinitions",
  StorageClass: "storageclasses",
  PersistentVolume: "persistentvolumes",
  ClusterIssuer: "clusterissuers",
  Certificate: "certificates",
};

/** The API server as the sandbox uses it beside Pulumi: for what belongs to the cluster itself, and to look. */
export class KubernetesApi {
  readonly #client: ApiClient;
  readonly #cluster: Cluster;

  constructor(kubeconfig: string) {
    this.#client = new ApiClient(clusterAccess({ kubeconfig, context: undefined, cluster: undefined }, {}));
    this.#cluster = new Cluster(this.#client, new Discovery(this.#client));
  }

  /** An object or list by its path; undefined where it is not there. */
  async find(path: string, query: Readonly<Record<string, string>> = {}): Promise<PlainMap | undefined> {
    try {
      return await this.#client.request({ method: "GET", path, query });
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** Applies objects one after the other, by server-side apply. */
  async applyAll(objects: readonly object[]): Promise<void> {
    for (const object of objects) {
      await this.#client.request({
        method: "PATCH",
        path: objectPath(object as Manifest),
        query: { fieldManager: "nova-sandbox", force: "true" },
        contentType: "application/apply-patch+yaml",
        // A manifest is JSON by its nature.
        body: object as PlainMap,
      });
    }
  }

  /** Changes an object by hand, as somebody with kubectl would: strategic merge. */
  async patch(path: string, change: object): Promise<void> {
    const contentType = "application/strategic-merge-patch+json";
    await this.#client.request({ method: "PATCH", path, contentType, body: change as PlainMap });
  }

  /**
   * Has the API server judge an object of any kind as if it were made, down to the names of its fields.
   * @throws ApiError with its reasons
   */
  async dryRunCreate(object: object): Promise<void> {
    const options = { fieldManager: "nova-sandbox", dryRun: true, strict: true };
    await this.#cluster.create(object as PlainMap, options);
  }

  /** Waits until the API server says that it is ready. @throws SandboxError naming its log */
  async waitUntilReady(timeoutMs: number, logFile: string): Promise<void> {
    const ready = await until(
      async () => {
        try {
          return (await this.#client.text({ method: "GET", path: "/readyz" })) === "ok";
        } catch {
          return false;
        }
      },
      timeoutMs,
      100,
    );
    if (!ready)
      throw new SandboxError(
        `The API server was not ready within ${timeoutMs / 1000} s. Its log: ${logFile}`,
      );
  }

  /** Ends the connections that would keep this process alive. */
  close(): void {
    this.#client.close();
  }
}

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

function objectPath({ apiVersion, kind, metadata }: Manifest): string {
  const resource = resources[kind];
  if (!resource) throw new Error(`sandbox/node/kubernetesApi.ts does not know the path of kind ${kind}`);
  const group = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const scope = metadata.namespace ? `/namespaces/${metadata.namespace}` : "";
  return `${group}${scope}/${resource}/${metadata.name}`;
}
