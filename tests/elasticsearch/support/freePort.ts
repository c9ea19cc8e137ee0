import { once } from "node:events";
import * as net from "node:net";

/** Nobody may listen yet on what was handed out a moment ago, and Linux gives the same port again. */
const handedOut = new Set<number>();

/** A port of the loopback that nobody listens on, and another each time. */
export async function freePort(): Promise<number> {
  for (;;) {
    const server = net.createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as net.AddressInfo;
    server.close();
    await once(server, "close");
    if (handedOut.has(port)) continue;
    handedOut.add(port);
    return port;
  }
}
