import * as path from "node:path";
import { watcherFiles, type Watcher } from "../../kubernetes/watcher";
import type { ElasticsearchConnection } from "../connection";
import { nodeImage } from "../images";
import { passwordKey } from "../secrets";
import { toolMounts, toolVolumes } from "../tool";
import type { MonitorPlan } from "./plan";

const role = "monitor";

/** Where Prometheus reads; the port of prometheus-community's exporter. */
export const metricsPort = 9114;

/** Shorter than a scrape may take (10 s): who scrapes hears why. */
const timeoutMilliseconds = 8000;

/** What the program is told. @param snapshotRepository where snapshots are taken */
export function monitorPlan(
  { authoritySecret, retention, url, username }: ElasticsearchConnection,
  snapshotRepository: string | undefined,
): MonitorPlan {
  return {
    url,
    username,
    passwordFile: `${watcherFiles(role).password}/${passwordKey}`,
    ...(authoritySecret === undefined ? {} : { authorityFile: toolMounts.authorityFile }),
    timeoutMilliseconds,
    host: "0.0.0.0",
    port: metricsPort,
    lifecycle: retention.mechanism === "ilm",
    ...(snapshotRepository === undefined ? {} : { snapshotRepository }),
  };
}

/** The monitor. @param plan as `monitorPlan` gives it */
export function monitorWatcher(connection: ElasticsearchConnection, plan: MonitorPlan): Watcher {
  const authority = connection.authoritySecret !== undefined;
  return {
    role,
    image: nodeImage,
    scriptFolder: path.join(__dirname, "script"),
    plan,
    port: metricsPort,
    password: { secretName: connection.passwordSecret, key: passwordKey },
    volumes: toolVolumes(connection),
    mounts: authority ? [toolMounts.authority] : [],
  };
}
