import { X509Certificate } from "node:crypto";
import tls from "node:tls";
import type { ClientTls } from "./send";

export interface Handshake {
  readonly error?: string;
  readonly protocol?: string | null;
  /** Of the server's certificate. */
  readonly serial?: string;
}

/** Opens a connection as a client that verifies, and closes it. */
export function handshake(
  port: number,
  { ca, cert, key }: ClientTls,
  options: tls.ConnectionOptions = {},
): Promise<Handshake> {
  return new Promise((resolve) => {
    const socket = tls.connect(
      { host: "127.0.0.1", port, servername: "localhost", ca, cert, key, ALPNProtocols: ["h2"], ...options },
      () => {
        const { serialNumber } = new X509Certificate(socket.getPeerCertificate().raw);
        resolve({ protocol: socket.getProtocol(), serial: serialNumber });
        socket.destroy();
      },
    );
    socket.setTimeout(5000, () => socket.destroy(new Error("no answer within 5 s")));
    socket.on("error", (error: Error) => {
      resolve({ error: error.message });
    });
  });
}
