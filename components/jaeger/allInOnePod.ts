import type { types } from "@pulumi/kubernetes";
import { goMemoryLimit, restrictedContainer, restrictedPod } from "../kubernetes/workload";
import type { JaegerAllInOneArgs } from "./allInOne";
import { folders } from "./configuration";
import { recycleAfterSeconds } from "./memoryStore";
import { ports } from "./ports";
import { ingestPorts } from "./service";
import { spanMetricsPorts } from "./spanMetrics";
import { jaegerImage } from "./version";

/** The pod of an all-in-one Jaeger. @param name of its ServiceAccount */
export function allInOnePod(
  name: string,
  configMapName: string,
  args: JaegerAllInOneArgs,
): types.input.core.v1.PodSpec {
  const containerPorts = {
    ...ingestPorts(args.legacyReceiver),
    ...spanMetricsPorts(args.metricsNamespace),
    query: ports.queryHttp,
    metrics: ports.metrics,
    health: ports.health,
  };
  return {
    serviceAccountName: name,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: restrictedPod,
    terminationGracePeriodSeconds: 30,
    containers: [
      {
        name: "jaeger",
        image: jaegerImage(args.version),
        imagePullPolicy: "IfNotPresent",
        args: [`--config=${folders.config}/config.yaml`],
        env: [goMemoryLimit(args.resources)],
        ports: Object.entries(containerPorts).map(([portName, port]) => ({
          name: portName,
          containerPort: port,
        })),
        resources: args.resources,
        securityContext: restrictedContainer,
        // Ready within seconds of the start, and given a minute on a machine that is busy with other things.
        startupProbe: { ...health, periodSeconds: 1, failureThreshold: 60 },
        readinessProbe: { ...health, periodSeconds: 2, failureThreshold: 3 },
        livenessProbe: recycling(args.retentionDays),
        volumeMounts: [
          { name: "config", mountPath: folders.config, readOnly: true },
          { name: "sampling", mountPath: folders.sampling, readOnly: true },
        ],
      },
    ],
    volumes: [
      { name: "config", configMap: { name: configMapName } },
      { name: "sampling", configMap: { name: args.samplingConfigMap } },
    ],
  };
}

const health = { httpGet: { path: "/status", port: ports.health } };

/**
 * Ends the container's life at a certain age, which nothing else in a Deployment can (`activeDeadlineSeconds` is not
 * allowed there): a probe that is not asked until then, and then fails, because nothing listens on port 1. It takes
 * the place of a real liveness probe; a Jaeger that hangs is not ready, and one that is out of memory is killed.
 */
function recycling(retentionDays: number): types.input.core.v1.Probe {
  return {
    tcpSocket: { port: 1 },
    initialDelaySeconds: recycleAfterSeconds(retentionDays),
    periodSeconds: 60,
    failureThreshold: 1,
  };
}
