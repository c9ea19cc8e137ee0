import * as path from "node:path";
import { objectives } from "../../alerts/thresholds";
import { nodeImage } from "../../elasticsearch/images";
import { watcherFiles, type Watcher } from "../../kubernetes/watcher";
import { ingestScheme, isEncrypted, otlpFiles, otlpFilesOf, plainIngest, type IngestTls } from "../ingestTls";
import { ports } from "../ports";
import { probeUser } from "../uiProxy";
import type { ProbePlan } from "./plan";

const role = "probe";
const tlsFolder = "/etc/probe/otlp-tls";

/** Where Prometheus reads. */
export const metricsPort = 9115;

/** Keys of the Secret with the machine user of the query API. */
export const probeSecretKeys = { username: "username", password: "password" } as const;

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
    passwordFile: `${watcherFiles(role).password}/${probeSecretKeys.password}`,
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
 * The probe.
 *
 * @param name of its certificate, where it needs one
 * @param secretName Secret with the credential
 */
export function probeWatcher(
  name: string,
  secretName: string,
  plan: ProbePlan,
  ingest: IngestTls = plainIngest,
): Watcher {
  return {
    role,
    image: nodeImage,
    scriptFolder: path.join(__dirname, "script"),
    plan,
    port: metricsPort,
    password: { secretName, key: probeSecretKeys.password },
    ...otlpFilesOf(name, ingest, tlsFolder),
  };
}
