import * as net from "node:net";
import { forwardedPorts, readyLine } from "./node/addresses";
import { nodeFiles } from "./node/files";
import { carryToPod, podBehind } from "./node/portForward";
import { ApiClient } from "./providers/kubernetes/apiClient";
import { clusterAccess } from "./providers/kubernetes/kubeconfig";
import { messageOf } from "./support/errors";
import { sandboxPaths } from "./support/paths";

/**
 * Serves the cluster's Services on 127.0.0.1 for processes outside of it that follow the guide, as `kubectl port-forward`
 * would, but for as long as the sandbox runs: each connection finds a pod of its own. A process of its own; it is
 * started with the sandbox and ended with it.
 */
function main(): void {
  const kubeconfig = nodeFiles(sandboxPaths().state).kubeconfig("admin");
  const access = clusterAccess({ kubeconfig, context: undefined, cluster: undefined }, {});
  const client = new ApiClient(access);
  let listening = 0;
  for (const { port, namespace, service } of forwardedPorts) {
    const tell = (message: string): void => void process.stderr.write(`${service}: ${message}\n`);
    net
      .createServer((incoming) => {
        // The client may go at any time.
        incoming.on("error", () => incoming.destroy());
        podBehind(client, namespace, service, port).then(
          (target) => {
            if (!incoming.destroyed) carryToPod(incoming, access, target, tell);
          },
          (error: unknown) => {
            tell(messageOf(error));
            incoming.destroy();
          },
        );
      })
      .on("error", (error) => {
        tell(`port ${port}: ${error.message}`);
        process.exit(1);
      })
      .listen(port, "127.0.0.1", () => {
        listening += 1;
        if (listening === forwardedPorts.length) process.stdout.write(`${readyLine}\n`);
      });
  }
}

main();
