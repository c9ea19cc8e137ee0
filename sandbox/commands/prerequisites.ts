import {
  certManagerObjects,
  clusterIssuerOf,
  ingestIssuerOf,
  privateAuthority,
  standInIssuer,
} from "../certManager/objects";
import { makeVolumeFolders, storageObjects } from "../elasticsearch/storage";
import type { Cluster } from "../node/cluster";
import { installCrds } from "../node/customResources";
import { at } from "../providers/kubernetes/objects";
import type { StackConfig } from "../stack/overlay";
import { SandboxError } from "../support/errors";
import { until } from "../support/process";
import type { CustomResourceDefinition } from "../toolchain/crds";
import type { Context } from "./context";

const readyMs = 120_000;

/** Whether a stack's spans go to Elasticsearch: what such a stack takes for granted in its cluster is made here. */
export function storesInElasticsearch(config: StackConfig): boolean {
  return at(config["nova-tracing:storage"] as { type?: string } | undefined, "type") === "elasticsearch";
}

/** Gives the cluster what a platform team would have put there: kinds of operators, cert-manager, storage. */
export async function installPrerequisites(
  { paths, progress }: Context,
  { api }: Cluster,
  crds: readonly CustomResourceDefinition[],
  config: StackConfig,
): Promise<void> {
  await progress.step("install CRDs, cert-manager and storage", async (note) => {
    await installCrds(api, crds);
    makeVolumeFolders(paths);
    await api.applyAll(storageObjects(paths));
    await api.applyAll(certManagerObjects());
    const issuer = clusterIssuerOf(config);
    if (issuer !== undefined) await api.applyAll([standInIssuer(issuer)]);
    const ingestIssuer = ingestIssuerOf(config);
    if (ingestIssuer !== undefined) await api.applyAll(privateAuthority(ingestIssuer));
    note("waiting for cert-manager");
    const isReady = async (): Promise<boolean> => {
      const found = await api.find("/apis/apps/v1/namespaces/cert-manager/deployments/cert-manager");
      return at(found, "status", "availableReplicas") === 1;
    };
    if (!(await until(isReady, readyMs))) {
      throw new SandboxError(
        `cert-manager was not ready within ${readyMs / 1000} s. Look with: kubectl -n cert-manager logs deployment/cert-manager`,
      );
    }
    note(
      `${crds.length} CRDs, cert-manager${issuer === undefined ? "" : `, self-signed in place of ${issuer}`}`,
    );
  });
}
