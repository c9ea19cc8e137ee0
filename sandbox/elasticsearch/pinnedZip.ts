import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { SandboxError } from "../support/errors";
import { run } from "../support/process";
import { fetchArchiveTools } from "./maven";

/** A zip in a Maven repository, and what of it is kept. */
export interface PinnedZip {
  /** `group:name` */
  readonly artifact: string;
  readonly version: string;
  /** Of the zip, as it was when this was tried; Maven itself checks only what the repository says. */
  readonly sha256: string;
  /** The folder in it that is kept, below the one folder that the zip has at its top; without it all that is in that. */
  readonly folder?: string;
}

/** Pinned: without a version Maven would take whichever is the newest that day. */
const mavenPlugin = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1";

/**
 * Fetches a zip and unpacks what is kept of it into a folder; the rest is gone afterwards, also where it fails.
 * @throws SandboxError where its sum is another than the pinned one
 */
export async function fetchPinnedZip(
  zip: PinnedZip,
  target: string,
  note: (text: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  const { artifact, folder, sha256, version } = zip;
  const partial = `${target}.partial`;
  const repository = path.join(partial, "repository");
  fs.rmSync(partial, { recursive: true, force: true });
  fs.mkdirSync(repository, { recursive: true, mode: 0o755 });
  try {
    const options = { cwd: partial, ...(signal && { signal }) };
    const { mvn, unzip } = await fetchArchiveTools(path.join(partial, "tools"), note, signal);
    note("downloading");
    await run(
      mvn,
      [
        "--batch-mode",
        "--no-transfer-progress",
        "--strict-checksums",
        `${mavenPlugin}:get`,
        // The user's own repository would keep a gigabyte that nobody needs again.
        `-Dmaven.repo.local=${repository}`,
        `-Dartifact=${artifact}:${version}:zip`,
        "-Dtransitive=false",
      ],
      options,
    );
    const file = path.join(repository, zipPath(artifact, version));
    note("checking its sum");
    await requireSum(file, sha256);
    note("unpacking");
    const unpacked = path.join(partial, "unpacked");
    const kept = folder === undefined ? "*" : `*/${folder}/*`;
    await run(unzip, ["-q", file, kept, "-d", unpacked], options);
    const [top = ""] = fs.readdirSync(unpacked);
    fs.renameSync(path.join(unpacked, top, folder ?? ""), target);
  } finally {
    fs.rmSync(partial, { recursive: true, force: true });
  }
}

/** Where a Maven repository has an artifact's zip. */
export function zipPath(artifact: string, version: string): string {
  const [group = "", name = ""] = artifact.split(":");
  return path.join(...group.split("."), name, version, `${name}-${version}.zip`);
}

/** Holds a file to its sum. @throws SandboxError with the sum that it has, and where the other one is pinned */
export async function requireSum(file: string, sha256: string): Promise<void> {
  const hash = createHash("sha256");
  for await (const chunk of fs.createReadStream(file)) hash.update(chunk as Buffer);
  const sum = hash.digest("hex");
  if (sum !== sha256) {
    throw new SandboxError(
      `${path.basename(file)} is not the file that sandbox/elasticsearch/archive.ts was written for: its SHA-256 is ${sum}, not ${sha256}.`,
    );
  }
}
