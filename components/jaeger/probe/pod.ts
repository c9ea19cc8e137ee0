import type { types } from "@pulumi/kubernetes";
import { objectives } from "../../alerts/thresholds";
import { nodeImage } from "../../elasticsearch/images";
import { restrictedContainer, restrictedPod } from "../../kubernetes/workload";
import { secretFileMode } from "../distributedPod";
import { ingestScheme, isEncrypted, otlpFiles, otlpFilesOf, plainIngest, type IngestTls } from "../ingestTls";
import { ports } from "../ports";
import { probeUser } from "../uiProxy";
import type { ProbePlan } from "./plan";

const programFolder = "/etc/probe/program";
const passwordFolder = "/etc/probe/password";
const tlsFolder = "/etc/probe/otlp-tls";

/** Where Prometheus reads. */
export const metricsPort = 9115;

/** Keys of the Secret with the machine user of the query API. */
export const probeSecretKeys = { username: "username", password: "password" } as const;

/** Key of the plan in the program's ConfigMap. */
export const planKey = "plan.json";

/** The Services that the probe goes through. */
export interface ProbedServices {
  readonly namespace: string;
  /** Names of the Services. */
  readonly collector: string;
  readonly query: string;
  /** How the collector takes spans. @default in clear */
  readonly ingest?: IngestTls | undefined;
}

const writeTls = {
  ca: `${tlsFolder}/${otlpFiles.authority}`,
  cert: `${tlsFolder}/${otlpFiles.certificate}`,
  key: `${tlsFolder}/${otlpFiles.key}`,
};

/** What the program is told. The deadline is the objective's: a trace that can be read later is not fresh. */
export function probePlan({ namespace, collector, query, ingest = plainIngest }: ProbedServices): ProbePlan {
  return {
    writeUrl: `${ingestScheme(ingest)}://${collector}.${namespace}:${ports.otlpHttp}/v1/traces`,
    ...(isEncrypted(ingest) ? { writeTls } : {}),
    readUrl: `http://${query}.${namespace}:${ports.queryHttp}/api/v3/traces`,
    username: probeUser,
    passwordFile: `${passwordFolder}/${probeSecretKeys.password}`,
    intervalSeconds: 30,
    writeTimeoutSeconds: 10,
    readTimeoutSeconds: 10,
    readPauseSeconds: 1,
    readDeadlineSeconds: objectives.freshness.seconds,
    host: "0.0.0.0",
    port: metricsPort,
  };
}

/**
 * The pod.
 *
 * @param name of its ServiceAccount, of the ConfigMap with program and plan, and of its own certificate
 * @param secretName Secret with the credential
 */
export function probePodSpec(
  name: string,
  secretName: string,
  ingest: IngestTls = plainIngest,
): types.input.core.v1.PodSpec {
  const otlp = otlpFilesOf(name, ingest, tlsFolder);
  const health = { httpGet: { path: "/health", port: metricsPort } };
  return {
    serviceAccountName: name,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: { ...restrictedPod, fsGroup: restrictedPod.runAsUser },
    containers: [
      {
        name: "probe",
        image: nodeImage,
        imagePullPolicy: "IfNotPresent",
        command: ["node", `${programFolder}/main.js`, `${programFolder}/${planKey}`],
        ports: [{ name: "metrics", containerPort: metricsPort }],
        resources: { requests: { cpu: "20m", memory: "96Mi" }, limits: { cpu: "200m", memory: "128Mi" } },
        securityContext: restrictedContainer,
        readinessProbe: { ...health, periodSeconds: 10 },
        livenessProbe: { ...health, periodSeconds: 30, timeoutSeconds: 5 },
        volumeMounts: [
          { name: "program", mountPath: programFolder, readOnly: true },
          { name: "password", mountPath: passwordFolder, readOnly: true },
          ...otlp.mounts,
        ],
      },
    ],
    volumes: [
      { name: "program", configMap: { name } },
      {
        name: "password",
        secret: {
          secretName,
          defaultMode: secretFileMode,
          items: [{ key: probeSecretKeys.password, path: probeSecretKeys.password }],
        },
      },
      ...otlp.volumes,
    ],
  };
}
