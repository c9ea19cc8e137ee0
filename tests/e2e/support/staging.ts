import { ApiClient, isNotFound } from "../../../sandbox/providers/kubernetes/apiClient";
import { clusterAccess } from "../../../sandbox/providers/kubernetes/kubeconfig";
import type { PlainMap } from "../../../sandbox/providers/shared/propertyValues";
import { until } from "../../../sandbox/support/process";
import { at, list, mapping, text } from "../../support/document";
import { runningSandbox } from "../../support/sandbox";

export const namespace = "observability";

/** Where the forwarder serves the proxy before the UI. */
export const uiAddress = "http://localhost:16686";

/** The running sandbox with staging in it, and ways to look into it and to disturb it. */
export type Staging = Awaited<ReturnType<typeof openStaging>>;

/** Opens it; `close` ends its connections, which would keep the tests from ending. */
export async function openStaging() {
  const { cluster, engine } = await runningSandbox();
  const client = new ApiClient(
    clusterAccess({ kubeconfig: cluster.kubeconfig, context: undefined, cluster: undefined }, {}),
  );
  const inNamespace = (group: string): string => `${group}/namespaces/${namespace}`;
  const get = (path: string): Promise<PlainMap> => client.request({ method: "GET", path });
  return {
    cluster,
    engine,
    close: (): void => {
      client.close();
      cluster.api.close();
    },

    /** The values of a Secret. */
    async secret(name: string): Promise<Record<string, string>> {
      const { data } = await get(`${inNamespace("/api/v1")}/secrets/${name}`);
      return Object.fromEntries(
        Object.entries(data as Record<string, string>).map(([key, value]) => [
          key,
          Buffer.from(value, "base64").toString("utf8"),
        ]),
      );
    },

    /** The address of a Service, which this machine has a route to. */
    async service(name: string): Promise<string> {
      return text(await get(`${inNamespace("/api/v1")}/services/${name}`), "spec", "clusterIP");
    },

    /** The pods of the namespace that are not on their way out. */
    async pods(): Promise<unknown[]> {
      const pods = list(await get(`${inNamespace("/api/v1")}/pods`), "items");
      return pods.filter((pod) => at(pod, "metadata", "deletionTimestamp") === undefined);
    },

    /** Changes an object by its path, as `kubectl patch --type merge` does. */
    async change(path: string, change: PlainMap): Promise<void> {
      await client.request({
        method: "PATCH",
        path,
        contentType: "application/merge-patch+json",
        body: change,
      });
    },

    /** The path of an object of the namespace: `/apis/apps/v1`, `deployments`, its name. */
    path: (group: string, kind: string, name: string): string => `${inNamespace(group)}/${kind}/${name}`,

    async deletePod(name: string): Promise<void> {
      await client.request({ method: "DELETE", path: `${inNamespace("/api/v1")}/pods/${name}` });
    },

    async deletePods(): Promise<void> {
      await client.request({ method: "DELETE", path: `${inNamespace("/api/v1")}/pods` });
    },

    /** The objects of a kind, such as `/apis/batch/v1` and `jobs`. */
    async objects(group: string, kind: string): Promise<unknown[]> {
      return list(await get(`${inNamespace(group)}/${kind}`), "items");
    },

    /** Has cert-manager issue a certificate anew, as `cmctl renew` does. */
    async renewCertificate(name: string): Promise<void> {
      const path = `${inNamespace("/apis/cert-manager.io/v1")}/certificates/${name}/status`;
      const certificate = await get(path);
      const issuing = {
        type: "Issuing",
        status: "True",
        reason: "ManuallyTriggered",
        message: "renewed by a test",
        lastTransitionTime: new Date().toISOString(),
      };
      const conditions = list(certificate, "status", "conditions").filter(
        (one) => at(one, "type") !== "Issuing",
      );
      const status = { ...mapping(certificate, "status"), conditions: [...conditions, issuing] };
      await client.request({ method: "PUT", path, body: { ...certificate, status } as PlainMap });
    },

    async deleteJob(name: string): Promise<void> {
      const path = `${inNamespace("/apis/batch/v1")}/jobs/${name}`;
      await client.request({ method: "DELETE", path, query: { propagationPolicy: "Foreground" } });
      const isGone = (): Promise<boolean> =>
        get(path).then(
          () => false,
          (error: unknown) => isNotFound(error),
        );
      if (!(await until(isGone, 30_000))) throw new Error(`the Job ${name} is still there`);
    },

    /**
     * Runs a CronJob now, as `kubectl create job --from` does.
     * @param change of its one container
     * @returns what its pod said
     */
    async runCronJob(
      name: string,
      change: (container: PlainMap) => PlainMap = (same) => same,
    ): Promise<string> {
      const cronJob = await get(`${inNamespace("/apis/batch/v1")}/cronjobs/${name}`);
      const spec = structuredClone(at(cronJob, "spec", "jobTemplate", "spec")) as PlainMap;
      const pod = at(spec, "template", "spec") as { containers: PlainMap[] };
      pod.containers = pod.containers.map(change);
      const jobs = `${inNamespace("/apis/batch/v1")}/jobs`;
      const jobName = `${name}-now`;
      const metadata = { name: jobName, namespace };
      const body = { apiVersion: "batch/v1", kind: "Job", metadata, spec };
      await client.request({ method: "POST", path: jobs, body });
      const ended = async (): Promise<boolean> => {
        const status = at(await get(`${jobs}/${jobName}`), "status");
        return at(status, "succeeded") === 1 || at(status, "failed") !== undefined;
      };
      const done = await until(ended, 60_000, 500);
      const [ran] = (await this.pods()).filter(
        (candidate) => at(candidate, "metadata", "labels", "job-name") === jobName,
      );
      const log = await client.text({
        method: "GET",
        path: `${inNamespace("/api/v1")}/pods/${text(ran, "metadata", "name")}/log`,
      });
      if (!done || at(await get(`${jobs}/${jobName}`), "status", "succeeded") !== 1)
        throw new Error(`the Job ${jobName} did not succeed:\n${log}`);
      await this.deleteJob(jobName);
      return log;
    },
  };
}

/** What a label says of an object. */
export function labelOf(object: unknown, name: string): string {
  return String(at(object, "metadata", "labels", `app.kubernetes.io/${name}`));
}

/** The pods that run, by application and component; another value is another pod, or another start of a container. */
export async function runningPods(staging: Staging): Promise<Record<string, string>> {
  const pods = (await staging.pods()).filter((pod) => at(pod, "status", "phase") === "Running");
  return Object.fromEntries(
    pods.map((pod) => [
      `${labelOf(pod, "name")} ${labelOf(pod, "component")}`,
      [
        text(pod, "metadata", "uid"),
        ...list(pod, "status", "containerStatuses").map((status) =>
          at(status, "state", "running", "startedAt"),
        ),
      ].join(" "),
    ]),
  );
}

/** Containers whose last end was the kernel's, for want of memory below their limit: pod and container. */
export function endedForMemory(pods: readonly unknown[]): string[] {
  return pods.flatMap((pod) =>
    // A pod that no node has taken yet has none.
    ((at(pod, "status", "containerStatuses") ?? []) as unknown[])
      .filter((status) =>
        ["state", "lastState"].some((which) => at(status, which, "terminated", "reason") === "OOMKilled"),
      )
      .map((status) => `${text(pod, "metadata", "name")} ${text(status, "name")}`),
  );
}
