import type { types } from "@pulumi/kubernetes";
import type { Labels } from "../kubernetes/labels";
import { goMemoryLimit, restrictedContainer, restrictedPod, type Resources } from "../kubernetes/workload";
import { folders } from "./configuration";
import { health, preStopSeconds, preStopSleep, spread } from "./distributedPod";
import { storeTimeoutSeconds } from "./elasticsearchStore";
import { gatewayImage } from "./gatewayImage";
import { gatewayClientFolder, otlpFilesOf, type IngestTls } from "./ingestTls";
import { ports } from "./ports";

/** What a pod of the gateway is made from. */
export interface GatewayPodArgs {
  /** Its ServiceAccount, which has the name of the workload. */
  readonly name: string;
  readonly configMapName: string;
  readonly resources: Resources;
  /** Ports by their names; health's and that of its own metrics come by themselves. */
  readonly ports: Readonly<Record<string, number>>;
  readonly selector: Labels;
  /** Name of the Service that it stands behind; its certificate is called after it. */
  readonly service: string;
  readonly ingest: IngestTls;
}

/** From the end of the sleep on: the requests that wait for Jaeger. It holds nothing else. */
const gracePeriodSeconds = preStopSeconds + storeTimeoutSeconds + 5;

/** A pod that mounts its configuration, and with TLS what it shows to services and to Jaeger. */
export function gatewayPod(args: GatewayPodArgs): types.input.core.v1.PodSpec {
  const containerPorts = { ...args.ports, metrics: ports.metrics, health: ports.health };
  const shown = otlpFilesOf(args.service, args.ingest);
  const client = otlpFilesOf(args.name, args.ingest, gatewayClientFolder);
  return {
    serviceAccountName: args.name,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: { ...restrictedPod, fsGroup: restrictedPod.runAsUser },
    terminationGracePeriodSeconds: gracePeriodSeconds,
    topologySpreadConstraints: spread(args.selector),
    containers: [
      {
        name: "gateway",
        image: gatewayImage,
        imagePullPolicy: "IfNotPresent",
        args: [`--config=${folders.config}/config.yaml`],
        env: [goMemoryLimit(args.resources)],
        ports: Object.entries(containerPorts).map(([name, containerPort]) => ({ name, containerPort })),
        resources: args.resources,
        securityContext: restrictedContainer,
        // Of the process alone: a Jaeger that is away is the senders' to wait for, and no reason to start again.
        startupProbe: { ...health, periodSeconds: 1, failureThreshold: 30 },
        readinessProbe: { ...health, periodSeconds: 5, failureThreshold: 3 },
        livenessProbe: { ...health, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
        lifecycle: preStopSleep,
        volumeMounts: [
          { name: "config", mountPath: folders.config, readOnly: true },
          ...shown.mounts,
          ...client.mounts,
        ],
      },
    ],
    volumes: [
      { name: "config", configMap: { name: args.configMapName } },
      ...shown.volumes,
      ...client.volumes,
    ],
  };
}
