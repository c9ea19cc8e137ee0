import * as path from "node:path";
import type { MonitoringTools } from "../sandbox/toolchain/monitoring";
import { ports } from "./configuration";

/** A program that watches, in the node's network. */
export interface WatchProgram {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Answers once it is ready. */
  readonly readyUrl: string;
}

/** It looks for its templates at a fixed place, where they are shown to it alone. */
const showShare = 'mount --bind "$0" /usr/share && exec "$@"';

/**
 * What watches.
 *
 * @param kubeconfig path of one that may list all that is watched
 * @param folder for their data
 * @param configurations paths of their files
 */
export function watchPrograms(
  tools: MonitoringTools,
  kubeconfig: string,
  folder: string,
  configurations: { readonly prometheus: string; readonly alertmanager: string },
): readonly WatchProgram[] {
  const at = (port: number): string => `127.0.0.1:${port}`;
  return [
    {
      name: "kube-state-metrics",
      command: tools.kubeStateMetrics,
      args: [
        `--kubeconfig=${kubeconfig}`,
        "--host=127.0.0.1",
        `--port=${ports.kubernetes}`,
        "--telemetry-host=127.0.0.1",
        `--telemetry-port=${ports.own}`,
      ],
      readyUrl: `http://${at(ports.kubernetes)}/healthz`,
    },
    {
      name: "alertmanager",
      command: "unshare",
      args: [
        ...["--mount", "--propagation", "private", "sh", "-c", showShare],
        path.resolve(tools.alertmanager, "../../share"),
        tools.alertmanager,
        `--config.file=${configurations.alertmanager}`,
        `--storage.path=${path.join(folder, "alertmanager")}`,
        `--web.listen-address=${at(ports.alertmanager)}`,
        // One alone.
        "--cluster.listen-address=",
      ],
      readyUrl: `http://${at(ports.alertmanager)}/-/ready`,
    },
    {
      name: "prometheus",
      command: tools.prometheus,
      args: [
        `--config.file=${configurations.prometheus}`,
        `--storage.tsdb.path=${path.join(folder, "prometheus")}`,
        `--web.listen-address=${at(ports.prometheus)}`,
        // By default a minute: Alertmanager would hear of an end that was lost on the way only then.
        "--rules.alert.resend-delay=5s",
      ],
      readyUrl: `http://${at(ports.prometheus)}/-/ready`,
    },
  ];
}
