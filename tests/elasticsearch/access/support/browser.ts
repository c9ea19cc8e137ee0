import { createHash, X509Certificate } from "node:crypto";
import { chromium, type Browser } from "playwright-core";
import { ensureDebianTree } from "./debianTree";
import type { Access } from "./site";

/**
 * Debian's Chromium, without a window. The hosts of the stacks are led to the loopback and no other can be reached; it
 * trusts the certificate of this run by its key, since nobody that it knows has signed it.
 */
export async function startBrowser({ portOf, certificate }: Access): Promise<Browser> {
  const { chromium: executablePath, environment } = await ensureDebianTree();
  const key = new X509Certificate(certificate.certificate).publicKey.export({ type: "spki", format: "der" });
  const rules = Object.entries(portOf).map(([host, port]) => `MAP ${host}:443 127.0.0.1:${port}`);
  return chromium.launch({
    executablePath,
    env: Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, value ?? ""])),
    args: [
      "--disable-gpu",
      `--host-resolver-rules=${[...rules, "MAP * ~NOTFOUND", "EXCLUDE 127.0.0.1"].join(", ")}`,
      `--ignore-certificate-errors-spki-list=${createHash("sha256").update(key).digest("base64")}`,
    ],
  });
}
