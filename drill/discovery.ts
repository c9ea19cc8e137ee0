import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { KubernetesApi } from "../sandbox/node/kubernetesApi";
import { at, isMapping, list, text } from "../tests/support/document";

/**
 * A stand-in for Prometheus' own discovery of pods (`kubernetes_sd_configs`, role `pod`), which Debian leaves out of its
 * package: files for `file_sd_configs` with the same labels, so that Prometheus applies the program's relabelling as it
 * stands. Not proved by it: that Prometheus' own discovery is rightly set up, and what rights it needs.
 */
export interface Discovery {
  /** The file of a namespace's pods. */
  readonly file: (namespace: string) => string;
  close(): Promise<void>;
}

const everyMs = 1000;

/** Writes the files now, and anew when pods have changed, until it is closed. */
export async function startDiscovery(
  api: KubernetesApi,
  folder: string,
  namespaces: readonly string[],
): Promise<Discovery> {
  const file = (namespace: string): string => path.join(folder, `pods-${namespace}.json`);
  const written = new Map<string, string>();
  const look = async (): Promise<void> => {
    for (const namespace of namespaces) {
      const pods = list(await api.find(`/api/v1/namespaces/${namespace}/pods`), "items");
      const content = JSON.stringify(pods.flatMap(podTargets));
      if (written.get(namespace) === content) continue;
      // Prometheus may read at any time.
      fs.writeFileSync(`${file(namespace)}.partial`, content);
      fs.renameSync(`${file(namespace)}.partial`, file(namespace));
      written.set(namespace, content);
    }
  };
  await look();
  const ending = new AbortController();
  const looking = (async (): Promise<void> => {
    while (!ending.signal.aborted) {
      await sleep(everyMs);
      // An API server that does not answer changes nothing of what is known.
      await look().catch(() => undefined);
    }
  })();
  return {
    file,
    async close() {
      ending.abort();
      await looking;
    },
  };
}

/** A pod as Prometheus sees it: a target for each port of each container, once it has an address. */
export function podTargets(pod: unknown): { targets: string[]; labels: Record<string, string> }[] {
  const address = at(pod, "status", "podIP");
  if (typeof address !== "string") return [];
  const labels = Object.entries((at(pod, "metadata", "labels") ?? {}) as Record<string, string>).map(
    ([label, value]) => [`pod_label_${label.replaceAll(/[^a-zA-Z0-9_]/g, "_")}`, value] as const,
  );
  const ofPod = {
    namespace: text(pod, "metadata", "namespace"),
    pod_name: text(pod, "metadata", "name"),
    pod_ip: address,
    pod_phase: text(pod, "status", "phase"),
    ...Object.fromEntries(labels),
  };
  return list(pod, "spec", "containers").flatMap((container) =>
    ((at(container, "ports") ?? []) as unknown[]).filter(isMapping).map((port) => {
      const ofPort = {
        pod_container_name: text(container, "name"),
        pod_container_port_name: typeof port.name === "string" ? port.name : "",
        pod_container_port_number: String(port.containerPort),
      };
      const meta = Object.entries({ ...ofPod, ...ofPort });
      return {
        targets: [`${address}:${String(port.containerPort)}`],
        labels: Object.fromEntries(meta.map(([label, value]) => [`__meta_kubernetes_${label}`, value])),
      };
    }),
  );
}
