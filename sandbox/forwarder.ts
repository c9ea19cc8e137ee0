import { Resolver } from "node:dns";
import * as net from "node:net";
import { addresses, forwardedPorts, readyLine } from "./node/addresses";

/**
 * Serves the cluster's Services on 127.0.0.1, as `kubectl port-forward` would: for processes outside the cluster
 * that follow the guide. A process of its own; it is started with the sandbox and ended with it.
 */
function forward(port: number, service: string): void {
  const resolver = new Resolver({ timeout: 1000, tries: 3 });
  // The cluster's own DNS, asked for each connection: so an address that changed is found again.
  resolver.setServers([addresses.dnsService]);
  net
    .createServer((incoming) => {
      incoming.on("error", () => incoming.destroy());
      resolver.resolve4(`${service}.svc.cluster.local`, (error, found) => {
        const host = error ? undefined : found[0];
        if (host === undefined) {
          process.stderr.write(`${service}: ${error?.message ?? "has no address"}\n`);
          incoming.destroy();
          return;
        }
        // The client may have gone while its Service was looked for.
        if (incoming.destroyed) return;
        const outgoing = net.connect({ host, port });
        outgoing.on("error", (problem) => {
          process.stderr.write(`${service}: ${problem.message}\n`);
          incoming.destroy();
        });
        outgoing.on("close", () => incoming.destroy());
        incoming.on("close", () => outgoing.destroy());
        incoming.pipe(outgoing).pipe(incoming);
      });
    })
    .on("error", (error) => {
      process.stderr.write(`port ${port}: ${error.message}\n`);
      process.exit(1);
    })
    .listen(port, "127.0.0.1", () => {
      listening += 1;
      if (listening === forwardedPorts.length) process.stdout.write(`${readyLine}\n`);
    });
}

let listening = 0;

for (const { port, service } of forwardedPorts) forward(port, service);
