import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount";
import type { types } from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { dataChecksum } from "../kubernetes/checksum";
import { after, childOptions } from "../kubernetes/childOptions";
import { objectLabels, selectorLabels, type Identity, type Labels } from "../kubernetes/labels";
import { goMemoryLimit, restrictedContainer, restrictedPod, type Resources } from "../kubernetes/workload";
import { allInOneConfig } from "./allInOneConfig";
import { maxTraces, recycleAfterSeconds } from "./memoryStore";
import { ports } from "./ports";
import { ingestPorts } from "./service";
import { renderYaml } from "./sharedConfig";
import { jaegerImage } from "./version";

/** What a JaegerAllInOne is made from. */
export interface JaegerAllInOneArgs {
  /** Namespace of all its objects. */
  readonly namespace: string;
  /** Release of Jaeger, for example `2.22.0`. */
  readonly version: string;
  /** Of the one container. The number of traces that are kept follows from the memory limit. */
  readonly resources: Resources;
  /** Days after which no span is left; the pod starts anew before that. */
  readonly retentionDays: number;
  /** Whether to take Jaeger's own thrift over HTTP. */
  readonly legacyReceiver: boolean;
  /** ConfigMap with the sampling strategies under `strategies.json`. */
  readonly samplingConfigMap: string;
}

const configFolder = "/etc/jaeger/config";
const samplingFolder = "/etc/jaeger/sampling";

/** Jaeger as one pod that keeps its spans in memory: the whole of it for development. */
export class JaegerAllInOne extends pulumi.ComponentResource {
  /** Selects its pod. */
  readonly selector: Labels;

  constructor(name: string, args: JaegerAllInOneArgs, opts?: pulumi.ComponentResourceOptions) {
    super("nova:tracing:JaegerAllInOne", name, {}, opts);
    const identity: Identity = { application: "jaeger", instance: name, role: "all-in-one" };
    this.selector = selectorLabels(identity);
    const child = childOptions(this, opts);
    const metadata = { name, namespace: args.namespace, labels: objectLabels(identity, args.version) };

    const config = allInOneConfig({
      maxTraces: maxTraces(args.resources.limits.memory),
      samplingPath: `${samplingFolder}/strategies.json`,
      legacyReceiver: args.legacyReceiver,
    });
    const data = { "config.yaml": renderYaml(config) };
    const configMapName = `${name}-config`;
    const configMap = new ConfigMap(
      configMapName,
      { metadata: { ...metadata, name: configMapName }, data },
      child,
    );
    const account = new ServiceAccount(name, { metadata, automountServiceAccountToken: false }, child);
    new Deployment(
      name,
      {
        metadata,
        spec: {
          replicas: 1,
          // Two pods would each hold a part of the traces, and a query would find one or the other.
          strategy: { type: "Recreate" },
          selector: { matchLabels: this.selector },
          template: {
            metadata: { labels: metadata.labels, annotations: { "checksum/config": dataChecksum(data) } },
            spec: podSpec(name, configMapName, args),
          },
        },
      },
      after(child, configMap, account),
    );
    this.registerOutputs();
  }
}

function podSpec(name: string, configMapName: string, args: JaegerAllInOneArgs): types.input.core.v1.PodSpec {
  const containerPorts = {
    ...ingestPorts(args.legacyReceiver),
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
        args: [`--config=${configFolder}/config.yaml`],
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
          { name: "config", mountPath: configFolder, readOnly: true },
          { name: "sampling", mountPath: samplingFolder, readOnly: true },
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
