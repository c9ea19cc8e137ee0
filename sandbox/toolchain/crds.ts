import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { parseAllDocuments } from "yaml";
import { messageOf, SandboxError } from "../support/errors";
import { tellWait, withLock } from "../support/lock";
import type { Paths } from "../support/paths";
import { run } from "../support/process";
import type { Progress } from "../support/progress";
import { goEnvironment } from "./goBuild";
import { buildLock } from "./toolchain";

/** A CustomResourceDefinition as its project publishes it. */
export interface CustomResourceDefinition {
  readonly apiVersion: "apiextensions.k8s.io/v1";
  readonly kind: "CustomResourceDefinition";
  readonly metadata: { readonly name: string };
  readonly spec: Readonly<Record<string, unknown>>;
}

/** Where a Go module keeps its definitions, and which of them the program's objects need. */
interface Source {
  readonly folder: string;
  readonly files: readonly string[];
}

const sources: Readonly<Record<string, Source>> = {
  // What the chart's are made from: the same definitions without the chart's labels, and no template.
  "github.com/cert-manager/cert-manager": {
    folder: "deploy/crds",
    files: [
      "acme.cert-manager.io_challenges.yaml",
      "acme.cert-manager.io_orders.yaml",
      "cert-manager.io_certificaterequests.yaml",
      "cert-manager.io_certificates.yaml",
      "cert-manager.io_clusterissuers.yaml",
      "cert-manager.io_issuers.yaml",
    ],
  },
  "github.com/prometheus-operator/prometheus-operator": {
    folder: "example/prometheus-operator-crd",
    files: [
      "monitoring.coreos.com_podmonitors.yaml",
      "monitoring.coreos.com_prometheusrules.yaml",
      "monitoring.coreos.com_servicemonitors.yaml",
    ],
  },
  "sigs.k8s.io/gateway-api": {
    folder: "config/crd/standard",
    files: ["gateway.networking.k8s.io_httproutes.yaml", "gateway.networking.k8s.io_listenersets.yaml"],
  },
  // As users get it. It leaves the fields of a pod template open, so those are not judged.
  "github.com/elastic/cloud-on-k8s/v3": { folder: "config/crds/v1", files: ["all-crds.yaml"] },
};

/** Kinds of Elastic's that no object of the program is of. */
const isUnused = ({ metadata }: CustomResourceDefinition): boolean =>
  metadata.name.endsWith(".k8s.elastic.co") &&
  metadata.name !== "elasticsearches.elasticsearch.k8s.elastic.co";

const moduleFolder = path.join(__dirname, "modules", "crds");

/** The folder of the definitions; another for other versions, sums, or another list. */
export function crdFolder(paths: Paths): string {
  const hash = createHash("sha256").update(JSON.stringify(sources));
  for (const name of ["go.mod", "go.sum"]) hash.update(fs.readFileSync(path.join(moduleFolder, name)));
  return path.join(paths.tools, `crds-${hash.digest("hex").slice(0, 12)}`);
}

/** The definitions in the cache folder; undefined where they have not been had yet. */
export function findCrds(paths: Paths): readonly CustomResourceDefinition[] | undefined {
  const folder = crdFolder(paths);
  if (!fs.existsSync(folder)) return undefined;
  return fs
    .readdirSync(folder)
    .sort()
    .flatMap((name) => parseAllDocuments(fs.readFileSync(path.join(folder, name), "utf8")))
    .map((document) => document.toJS() as CustomResourceDefinition | null)
    .filter((definition) => definition !== null)
    .filter((definition) => !isUnused(definition));
}

/**
 * The definitions of cert-manager's, the Prometheus operator's, the Gateway API's and Elastic's kinds, had once as Go modules: their
 * sums are in modules/crds/go.sum, nothing is built, and only the definitions are kept.
 */
export async function ensureCrds(
  paths: Paths,
  progress: Progress,
  signal?: AbortSignal,
): Promise<readonly CustomResourceDefinition[]> {
  const found = findCrds(paths);
  if (found) return found;
  const lock = { waitSeconds: 3600, onWait: tellWait(progress, "builds the tools") };
  return withLock(buildLock(paths), lock, async () => {
    const meanwhile = findCrds(paths);
    if (meanwhile) return meanwhile;
    await progress.step(
      "fetch the CRDs of cert-manager, the Prometheus operator, the Gateway API and ECK",
      async (note) => {
        try {
          await fetchCrds(paths, signal);
        } finally {
          await run("rm", ["-rf", paths.go]);
        }
        note(`${findCrds(paths)?.length ?? 0} definitions`);
      },
    );
    return findCrds(paths) ?? [];
  });
}

async function fetchCrds(paths: Paths, signal: AbortSignal | undefined): Promise<void> {
  const target = crdFolder(paths);
  const partial = `${target}.partial`;
  fs.rmSync(partial, { recursive: true, force: true });
  fs.mkdirSync(partial, { recursive: true });
  for (const { Path: module, Dir: root } of await downloadModules(paths, signal)) {
    const { folder, files } = sources[module] ?? { folder: "", files: [] };
    for (const file of files) fs.copyFileSync(path.join(root, folder, file), path.join(partial, file));
  }
  fs.renameSync(partial, target);
}

/** What Go says of a module that it downloaded and whose sum it checked. */
interface DownloadedModule {
  readonly Path: string;
  readonly Dir: string;
}

async function downloadModules(paths: Paths, signal: AbortSignal | undefined): Promise<DownloadedModule[]> {
  try {
    const { stdout } = await run("go", ["mod", "download", "-json"], {
      cwd: moduleFolder,
      env: goEnvironment(paths),
      ...(signal && { signal }),
    });
    // One object after the other, with nothing in between.
    return JSON.parse(`[${stdout.replaceAll(/^\}\n(?=\{)/gm, "},\n")}]`) as DownloadedModule[];
  } catch (error) {
    throw new SandboxError(
      `The CRDs that staging and production need could not be had as Go modules: ${messageOf(error)}`,
    );
  }
}
