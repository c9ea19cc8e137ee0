import { createHash } from "node:crypto";

/**
 * SHA-256 of a ConfigMap's data, 64 hexadecimal digits. The same data give the same sum whatever the order in which
 * the keys were written, so that only a change of content rolls a pod.
 */
export function dataChecksum(data: Readonly<Record<string, string>>): string {
  const sorted = Object.fromEntries(Object.entries(data).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  return createHash("sha256").update(JSON.stringify(sorted)).digest("hex");
}
