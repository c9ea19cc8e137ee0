import { isAlive } from "../support/process";
import { findCluster } from "../node/cluster";
import { forwardedPorts } from "../node/addresses";
import { foreignNode, isSomeNodeRunning } from "../node/network";
import { readState } from "../node/state";
import type { KubernetesApi } from "../node/kubernetesApi";
import { findTools, isComplete } from "../toolchain/toolchain";
import type { Context } from "./context";

interface Pod {
  readonly metadata: { readonly namespace: string; readonly name: string };
  readonly status: {
    readonly phase: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

/** Prints what there is. @returns exit code: 0 where it runs, 1 where it does not */
export async function status({ paths, print }: Context): Promise<number> {
  const tools = findTools(paths);
  const state = readState(paths);
  print(
    `Tools      ${isComplete(tools) ? "built" : "not built yet: npm start builds them"} (${paths.tools})`,
  );
  const cluster = isComplete(tools) ? findCluster(paths, tools) : undefined;
  if (!cluster) {
    const none = isSomeNodeRunning() ? foreignNode : "not running";
    print(`Node       ${state ? "interrupted: npm start repairs it, npm stop removes it" : none}`);
    return 1;
  }
  print(`Node       running, stack ${state?.stack ?? "none"} (logs: ${paths.logs})`);
  const forwards = state?.forwarder && isAlive(state.forwarder);
  for (const { port, what } of forwardedPorts)
    print(`Forwarder  ${forwards ? `localhost:${port}` : "not running"}  ${what}`);
  for (const pod of await pods(cluster.api)) {
    const ready = pod.status.conditions?.some(
      ({ type, status: value }) => type === "Ready" && value === "True",
    );
    print(`Pod        ${pod.metadata.namespace}/${pod.metadata.name}  ${ready ? "Ready" : pod.status.phase}`);
  }
  cluster.api.close();
  return 0;
}

async function pods(api: KubernetesApi): Promise<readonly Pod[]> {
  const list = await api.find("/api/v1/pods");
  return (list?.items ?? []) as unknown as readonly Pod[];
}
