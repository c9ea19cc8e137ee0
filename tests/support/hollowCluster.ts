import { ApiClient } from "../../sandbox/providers/kubernetes/apiClient";
import { clusterAccess } from "../../sandbox/providers/kubernetes/kubeconfig";
import type { PlainMap } from "../../sandbox/providers/shared/propertyValues";
import { at, list } from "./document";

/** A kind whose objects are waited for, and the status by which its controller says that one is ready. */
interface Controlled {
  readonly path: string;
  readonly ready: (object: unknown) => PlainMap;
}

const now = (): string => new Date().toISOString().replace(/\.\d+Z$/, "Z");

function condition(type: string): PlainMap {
  return { type, status: "True", reason: "Hollow", message: "said by a test", lastTransitionTime: now() };
}

function replicas(object: unknown): number {
  return Number(at(object, "spec", "replicas") ?? 1);
}

function generation(object: unknown): number {
  return Number(at(object, "metadata", "generation"));
}

const controlled: readonly Controlled[] = [
  {
    path: "/apis/apps/v1/deployments",
    ready: (object) => ({
      observedGeneration: generation(object),
      replicas: replicas(object),
      updatedReplicas: replicas(object),
      readyReplicas: replicas(object),
      availableReplicas: replicas(object),
      conditions: [{ ...condition("Available"), lastUpdateTime: now() }],
    }),
  },
  {
    path: "/apis/apps/v1/statefulsets",
    ready: (object) => ({
      observedGeneration: generation(object),
      replicas: replicas(object),
      readyReplicas: replicas(object),
      availableReplicas: replicas(object),
      currentReplicas: replicas(object),
      updatedReplicas: replicas(object),
      currentRevision: "hollow",
      updateRevision: "hollow",
    }),
  },
  {
    path: "/apis/batch/v1/jobs",
    ready: () => ({
      startTime: now(),
      completionTime: now(),
      succeeded: 1,
      uncountedTerminatedPods: {},
      conditions: [condition("SuccessCriteriaMet"), condition("Complete")],
    }),
  },
  {
    path: "/apis/networking.k8s.io/v1/ingresses",
    ready: () => ({ loadBalancer: { ingress: [{ ip: "192.0.2.10" }] } }),
  },
  {
    path: "/apis/cert-manager.io/v1/certificates",
    ready: () => ({ conditions: [condition("Ready")] }),
  },
  { path: "/apis/cert-manager.io/v1/issuers", ready: () => ({ conditions: [condition("Ready")] }) },
];

function failedJob(): PlainMap {
  const conditions = [condition("FailureTarget"), condition("Failed")];
  return { startTime: now(), failed: 2, uncountedTerminatedPods: {}, conditions };
}

/**
 * Says of every object on an API server without a node that it is ready, so that an update comes to its end. What it
 * says is not true: nothing runs. It serves to see what an update does, and in which order.
 */
export class HollowCluster {
  readonly #client: ApiClient;
  readonly #ended = new AbortController();
  readonly #running: Promise<void>;
  readonly #done = new Set<string>();
  /** Whether Jobs are said to have failed from now on. */
  failsJobs = false;

  constructor(kubeconfig: string) {
    this.#client = new ApiClient(clusterAccess({ kubeconfig, context: undefined, cluster: undefined }, {}));
    this.#running = this.#run();
  }

  /** Every object that a path lists. */
  async list(path: string): Promise<unknown[]> {
    return list(await this.#client.request({ method: "GET", path }), "items");
  }

  async stop(): Promise<void> {
    this.#ended.abort();
    await this.#running;
    this.#client.close();
  }

  async #run(): Promise<void> {
    while (!this.#ended.signal.aborted) {
      for (const kind of controlled)
        for (const object of await this.list(kind.path).catch(() => [])) await this.#sayReady(kind, object);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  async #sayReady({ path, ready }: Controlled, object: unknown): Promise<void> {
    const key = `${String(at(object, "metadata", "uid"))} ${generation(object)}`;
    if (this.#done.has(key)) return;
    const slash = path.lastIndexOf("/");
    const [root, plural] = [path.slice(0, slash), path.slice(slash + 1)];
    const { namespace, name } = at(object, "metadata") as { namespace: string; name: string };
    try {
      await this.#client.request({
        method: "PATCH",
        path: `${root}/namespaces/${namespace}/${plural}/${name}/status`,
        contentType: "application/merge-patch+json",
        body: { status: this.failsJobs && plural === "jobs" ? failedJob() : ready(object) },
      });
      this.#done.add(key);
    } catch (error) {
      // It may just have been deleted; anything else shows as an update that waits, and its reason here.
      if (!this.#ended.signal.aborted) process.stderr.write(`      ${name}: ${String(error)}\n`);
    }
  }
}
