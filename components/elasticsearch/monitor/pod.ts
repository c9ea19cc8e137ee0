import type { types } from "@pulumi/kubernetes";
import { restrictedContainer, restrictedPod } from "../../kubernetes/workload";
import type { ElasticsearchConnection } from "../connection";
import { nodeImage } from "../images";
import { passwordKey } from "../secrets";
import { toolMounts, toolVolumes } from "../tool";
import type { MonitorPlan } from "./plan";

const programFolder = "/etc/monitor/program";
const passwordFolder = "/etc/monitor/password";

/** Where Prometheus reads; the port of prometheus-community's exporter. */
export const metricsPort = 9114;

/** Key of the plan in the program's ConfigMap. */
export const planKey = "plan.json";

/** Shorter than a scrape may take (10 s): who scrapes hears why. */
const timeoutMilliseconds = 8000;

/** What the program is told. @param snapshotRepository where snapshots are taken */
export function monitorPlan(
  { retention, url, username }: ElasticsearchConnection,
  snapshotRepository: string | undefined,
): MonitorPlan {
  return {
    url,
    username,
    passwordFile: `${passwordFolder}/${passwordKey}`,
    timeoutMilliseconds,
    host: "0.0.0.0",
    port: metricsPort,
    lifecycle: retention.mechanism === "ilm",
    ...(snapshotRepository === undefined ? {} : { snapshotRepository }),
  };
}

/** The pod. @param name of its ServiceAccount, and of the ConfigMap with program and plan */
export function monitorPodSpec(
  name: string,
  connection: ElasticsearchConnection,
): types.input.core.v1.PodSpec {
  const authority = connection.authoritySecret !== undefined;
  const health = { httpGet: { path: "/health", port: metricsPort } };
  return {
    serviceAccountName: name,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: { ...restrictedPod, fsGroup: restrictedPod.runAsUser },
    containers: [
      {
        name: "monitor",
        image: nodeImage,
        imagePullPolicy: "IfNotPresent",
        command: ["node", `${programFolder}/main.js`, `${programFolder}/${planKey}`],
        // Beside the authorities that Node.js knows. Read once: with another one its health is gone.
        env: authority ? [{ name: "NODE_EXTRA_CA_CERTS", value: toolMounts.authorityFile }] : [],
        ports: [{ name: "metrics", containerPort: metricsPort }],
        resources: { requests: { cpu: "20m", memory: "96Mi" }, limits: { cpu: "200m", memory: "128Mi" } },
        securityContext: restrictedContainer,
        readinessProbe: { ...health, periodSeconds: 10 },
        livenessProbe: { ...health, periodSeconds: 30, timeoutSeconds: 5 },
        volumeMounts: [
          { name: "program", mountPath: programFolder, readOnly: true },
          { name: "password", mountPath: passwordFolder, readOnly: true },
          ...(authority ? [toolMounts.authority] : []),
        ],
      },
    ],
    volumes: [
      ...toolVolumes(connection),
      { name: "program", configMap: { name } },
      {
        name: "password",
        secret: {
          secretName: connection.passwordSecret,
          defaultMode: 0o440,
          items: [{ key: passwordKey, path: passwordKey }],
        },
      },
    ],
  };
}
