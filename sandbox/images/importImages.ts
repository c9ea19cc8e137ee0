import * as fs from "node:fs";
import * as path from "node:path";
import type { Namespace } from "../node/namespace";
import { containerdSocket } from "../node/files";
import { repositoryOf, type ImageArchive } from "./archive";

/** containerd's command, for the images and containers of Kubernetes alone. */
export function containerdCommand(namespace: Namespace, ...args: string[]): Promise<{ stdout: string }> {
  return namespace.run("ctr", ["--address", containerdSocket, "--namespace", "k8s.io", ...args]);
}

/** Gives containerd the images that it does not have yet; what was imported stays between runs of the node. */
export async function importImages(
  namespace: Namespace,
  containerdRoot: string,
  archives: readonly ImageArchive[],
): Promise<number> {
  const recordFile = path.join(containerdRoot, "imported-images.json");
  const record = readRecord(recordFile);
  const { stdout } = await containerdCommand(namespace, "images", "list", "--quiet");
  const present = new Set(stdout.split("\n"));
  let imported = 0;
  for (const { name, file, digest } of archives) {
    if (present.has(name) && record[name] === digest) continue;
    await containerdCommand(namespace, "images", "import", file);
    record[name] = digest;
    fs.writeFileSync(recordFile, JSON.stringify(record, null, 2));
    imported += 1;
  }
  // An image of the same name with another tag was of an earlier state of this checkout.
  const superseded = Object.keys(record).filter((name) =>
    archives.some((archive) => archive.name !== name && repositoryOf(archive.name) === repositoryOf(name)),
  );
  for (const name of superseded) {
    if (present.has(name)) await containerdCommand(namespace, "images", "remove", name);
    Reflect.deleteProperty(record, name);
    fs.writeFileSync(recordFile, JSON.stringify(record, null, 2));
  }
  return imported;
}

function readRecord(file: string): Record<string, string> {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8")) as Record<string, string>;
  } catch {
    return {};
  }
}
