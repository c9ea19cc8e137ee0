import { once } from "node:events";
import http from "node:http";
import * as net from "node:net";
import type { RunningServer } from "./identityProvider";

/**
 * Stands in for DNS: a forward proxy (`CONNECT`) that leads a host with its port to a port of the loopback, and refuses
 * every other one, so that nothing that a program under test asks leaves the machine.
 *
 * @param portOf by `host:port`
 */
export async function startNames(
  portOf: Readonly<Record<string, number>>,
): Promise<RunningServer & { readonly refused: readonly string[] }> {
  const refused: string[] = [];
  const open = new Set<net.Socket>();
  const server = http.createServer((request, response) => {
    refused.push(request.url ?? "");
    response.writeHead(502).end();
  });
  server.on("connect", (request: http.IncomingMessage, client: net.Socket) => {
    const port = portOf[request.url ?? ""];
    client.on("error", () => client.destroy());
    if (port === undefined) {
      refused.push(request.url ?? "");
      client.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
      return;
    }
    const upstream = net.connect(port, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      client.pipe(upstream).pipe(client);
    });
    upstream.on("error", () => client.destroy());
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.once("close", () => open.delete(socket));
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as net.AddressInfo).port,
    refused,
    stop: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}
