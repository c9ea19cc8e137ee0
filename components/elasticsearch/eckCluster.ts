import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy";
import * as pulumi from "@pulumi/pulumi";
import { after, childOptions } from "../kubernetes/childOptions";
import { objectLabels, type Labels } from "../kubernetes/labels";
import { networkPolicySpec, type Edge } from "../kubernetes/networkEdges";
import { restrictedContainer, restrictedPod } from "../kubernetes/workload";
import { storageEdge } from "./builtinCluster";
import type { EckCluster, ReachableCluster, SnapshotSettings } from "./cluster";
import { elasticsearchImage } from "./images";
import { elasticsearchUser } from "./nodePod";
import { javaOptions, sharedNodeSettings } from "./nodeSettings";
import { ports } from "./ports";
import type { RetentionMechanism } from "./retention";
import { createSnapshotSecret } from "./secrets";

/** What an EckElasticsearch is made from. */
export interface EckElasticsearchArgs {
  readonly namespace: string;
  readonly cluster: EckCluster;
  readonly indexPrefix: string;
  readonly retentionMechanism: RetentionMechanism;
  readonly snapshots?: SnapshotSettings | undefined;
  /** Whether what holds data stays when the stack goes. */
  readonly protectData: boolean;
  /** Labels that a pod has to carry to be let in. */
  readonly clientLabels: Labels;
}

const zone = "topology.kubernetes.io/zone";

/** Elasticsearch by its vendor's operator, which makes certificates, password, Services and budget. */
export class EckElasticsearch extends pulumi.ComponentResource {
  readonly reach: ReachableCluster;

  constructor(name: string, args: EckElasticsearchArgs, opts?: pulumi.ComponentResourceOptions) {
    super("nova:tracing:EckElasticsearch", name, {}, opts);
    const { clientLabels, cluster, namespace, protectData, snapshots } = args;
    const child = childOptions(this, opts);
    const labels = objectLabels(
      { application: "elasticsearch", instance: name, role: "node" },
      cluster.version,
    );
    const metadata = (objectName: string) => ({ name: objectName, namespace, labels });
    // The operator's own labels and names.
    const selector: Labels = { "elasticsearch.k8s.elastic.co/cluster-name": name };
    this.reach = {
      url: `https://${name}-es-http.${namespace}.svc:${ports.http}`,
      authoritySecret: `${name}-es-http-certs-public`,
      administrator: {
        username: "elastic",
        password: { secret: `${name}-es-elastic-user`, key: "elastic" },
      },
      edge: { peer: { pods: selector }, ports: [ports.http] },
    };

    const peers: Edge = { peer: { pods: selector }, ports: [ports.http, ports.transport] };
    const operator = {
      peer: { namespace: cluster.operatorNamespace ?? "elastic-system" },
      ports: [ports.http],
    };
    const policy = new NetworkPolicy(
      name,
      {
        metadata: metadata(name),
        spec: networkPolicySpec(selector, {
          from: [{ peer: { pods: clientLabels }, ports: [ports.http] }, operator, peers],
          to: [peers, ...(snapshots === undefined ? [] : [storageEdge(snapshots)])],
        }),
      },
      child,
    );
    const snapshotSecret =
      snapshots === undefined
        ? undefined
        : createSnapshotSecret(metadata(`${name}-snapshots`), snapshots, child);
    new CustomResource(
      name,
      {
        apiVersion: "elasticsearch.k8s.elastic.co/v1",
        kind: "Elasticsearch",
        metadata: {
          ...metadata(name),
          annotations: {
            "pulumi.com/waitFor": "jsonpath={.status.phase}=Ready",
            "pulumi.com/timeoutSeconds": "2400",
            ...(cluster.nodes > 1 ? { "eck.k8s.elastic.co/downward-node-labels": zone } : {}),
          },
        },
        spec: eckSpec(args, selector, snapshotSecret === undefined ? undefined : `${name}-snapshots`),
      },
      after(
        { ...child, protect: protectData, retainOnDelete: protectData },
        policy,
        ...(snapshotSecret === undefined ? [] : [snapshotSecret]),
      ),
    );
    this.registerOutputs();
  }
}

/** `spec` of the operator's resource. With several nodes the operator lends each the zone that it is in. */
function eckSpec(
  args: EckElasticsearchArgs,
  selector: Labels,
  snapshotSecret: string | undefined,
): Record<string, unknown> {
  const { cluster } = args;
  const inZones = cluster.nodes > 1;
  const storageClassName = cluster.storageClassName;
  return {
    version: cluster.version,
    image: elasticsearchImage(cluster.version),
    // Deleting the resource leaves the disks.
    volumeClaimDeletePolicy: "DeleteOnScaledownOnly",
    ...(snapshotSecret === undefined ? {} : { secureSettings: [{ secretName: snapshotSecret }] }),
    nodeSets: [
      {
        name: "default",
        count: cluster.nodes,
        config: {
          ...sharedNodeSettings(args),
          ...(inZones
            ? {
                "node.attr.zone": "${ZONE}",
                "cluster.routing.allocation.awareness.attributes": "k8s_node_name,zone",
              }
            : {}),
        },
        podTemplate: { spec: podSpec(cluster, inZones ? selector : undefined) },
        volumeClaimTemplates: [
          {
            metadata: { name: "elasticsearch-data" },
            spec: {
              accessModes: ["ReadWriteOnce"],
              ...(storageClassName === undefined ? {} : { storageClassName }),
              resources: { requests: { storage: `${cluster.storageGi}Gi` } },
            },
          },
        ],
      },
    ],
  };
}

/** @param inZones labels of the pods, where they are to be spread over zones */
function podSpec(cluster: EckCluster, inZones: Labels | undefined): Record<string, unknown> {
  const { cpu, memory } = cluster;
  const zoneOfNode = { fieldRef: { fieldPath: `metadata.annotations['${zone}']` } };
  return {
    automountServiceAccountToken: false,
    ...(inZones === undefined
      ? {}
      : {
          topologySpreadConstraints: [
            {
              maxSkew: 1,
              topologyKey: zone,
              whenUnsatisfiable: "DoNotSchedule",
              labelSelector: { matchLabels: inZones },
            },
          ],
        }),
    securityContext: {
      ...restrictedPod,
      runAsUser: elasticsearchUser,
      runAsGroup: elasticsearchUser,
      fsGroup: elasticsearchUser,
    },
    containers: [
      {
        name: "elasticsearch",
        image: elasticsearchImage(cluster.version),
        env: [
          { name: "ES_JAVA_OPTS", value: javaOptions(memory) },
          ...(inZones === undefined ? [] : [{ name: "ZONE", valueFrom: zoneOfNode }]),
        ],
        resources: { requests: { cpu, memory }, limits: { cpu, memory } },
        securityContext: restrictedContainer,
      },
    ],
  };
}
