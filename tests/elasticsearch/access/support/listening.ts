import * as fs from "node:fs";

/** An address and a port that a process of this machine listens on. */
export interface Listening {
  readonly address: string;
  readonly port: number;
}

/** State of a socket that listens. */
const listens = "0A";

/** All sockets of TCP that listen, as Linux tells them. */
export function listeningSockets(): Listening[] {
  return ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((file) =>
    fs
      .readFileSync(file, "utf8")
      .split("\n")
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === listens)
      .map((fields) => {
        const [address = "", port = ""] = fields[1]?.split(":") ?? [];
        return { address: readable(address), port: Number.parseInt(port, 16) };
      }),
  );
}

/** Of IPv4 as people write it; the kernel has its bytes in the machine's order. */
function readable(hex: string): string {
  if (hex.length !== 8) return hex;
  return [...Buffer.from(hex, "hex")].reverse().join(".");
}
