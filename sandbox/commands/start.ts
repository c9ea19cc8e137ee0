import { demoServices } from "../demo/topology";
import { runLoad } from "../demo/load";
import { SandboxError } from "../support/errors";
import { until } from "../support/process";
import { waitForTrace } from "../trace/query";
import { renderTree } from "../trace/tree";
import type { KubernetesApi } from "../node/kubernetesApi";
import type { Context } from "./context";
import { up } from "./up";

/** Where the forwarder serves the trace UI and its API. */
export const uiAddress = "http://localhost:16686";

/** The main job: everything from an empty machine to one trace across four services. */
export async function start(context: Context): Promise<void> {
  const { progress, print } = context;
  const { cluster } = await up(context, "dev");
  try {
    const traceId = await progress.step("send one login through the four services", () =>
      sendLogin(cluster.api),
    );
    const services = demoServices.map(({ name }) => name);
    const spans = await progress.step("find its trace in Jaeger", () =>
      waitForTrace(uiAddress, traceId, services, 30_000),
    );
    print(
      `\nTrace ${traceId}, ${spans.length} spans over ${new Set(spans.map(({ service }) => service)).size} services:\n`,
    );
    print(renderTree(spans));
    print(`
Trace UI and query API   ${uiAddress}/trace/${traceId}
OTLP for your processes  http://localhost:4317   (npm run sandbox -- env SERVICE prints the variables)
The cluster              export KUBECONFIG=$(npm run --silent sandbox -- kubeconfig)
More requests            npm run sandbox -- load --requests 200
Take it down             npm stop`);
  } finally {
    cluster.api.close();
  }
}

/** @returns the id of the trace that the request made */
async function sendLogin(api: KubernetesApi): Promise<string> {
  const url = await loginUrl(api);
  let errors: readonly string[] = [];
  let traceId: string | undefined;
  // A Service's rules reach the node a moment after its pods are ready.
  await until(
    async () => {
      const result = await runLoad({ url, requests: 1, concurrency: 1 });
      errors = result.errors;
      traceId = result.traceIds[0];
      return traceId !== undefined;
    },
    20_000,
    250,
  );
  if (traceId === undefined)
    throw new SandboxError(`No login came through at ${url}: ${errors.join("; ") || "none was sampled"}`);
  return traceId;
}

/** Where a client outside of the cluster reaches the first of the demo services. */
export async function loginUrl(api: KubernetesApi, namespace = "default"): Promise<string> {
  const service = await api.find(`/api/v1/namespaces/${namespace}/services/auth-service`);
  const address = (service?.spec as { clusterIP?: string } | undefined)?.clusterIP;
  if (!address)
    throw new SandboxError(`There is no auth-service in namespace ${namespace}. Deploy it with: npm start`);
  return `http://${address}:8080/api/v1/auth/login`;
}
