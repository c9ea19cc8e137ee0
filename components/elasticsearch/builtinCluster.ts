import { StatefulSet } from "@pulumi/kubernetes/apps/v1/statefulSet";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap";
import { Service } from "@pulumi/kubernetes/core/v1/service";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy";
import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1/podDisruptionBudget";
import * as pulumi from "@pulumi/pulumi";
import { dataChecksum } from "../kubernetes/checksum";
import { after, childOptions } from "../kubernetes/childOptions";
import { objectLabels, selectorLabels, type Identity, type Labels } from "../kubernetes/labels";
import { networkPolicySpec, type Edge } from "../kubernetes/networkEdges";
import { ElasticsearchCertificates } from "./certificates";
import type { BuiltinCluster, ReachableCluster, SnapshotSettings } from "./cluster";
import { preparationFiles, preparationProgram } from "./nodePreparation";
import { nodeSetSpec } from "./nodeSet";
import { firstFormationSettings, nodeSettings } from "./nodeSettings";
import { ports } from "./ports";
import type { RetentionMechanism } from "./retention";
import { createPassword, createSnapshotSecret, passwordKey, snapshotChecksum } from "./secrets";
import { snapshotPort } from "./snapshots";

/** What a BuiltinElasticsearch is made from. */
export interface BuiltinElasticsearchArgs {
  readonly namespace: string;
  readonly cluster: BuiltinCluster;
  readonly indexPrefix: string;
  readonly retentionMechanism: RetentionMechanism;
  readonly snapshots?: SnapshotSettings | undefined;
  /** Whether what holds data stays when the stack goes. */
  readonly protectData: boolean;
  /** Labels that a pod has to carry to be let in. */
  readonly clientLabels: Labels;
}

/** Elasticsearch as a StatefulSet of one node, or of several in as many zones. */
export class BuiltinElasticsearch extends pulumi.ComponentResource {
  readonly reach: ReachableCluster;

  readonly #name: string;
  readonly #args: BuiltinElasticsearchArgs;
  readonly #labels: Labels;
  readonly #selector: Labels;
  readonly #child: pulumi.CustomResourceOptions;
  /** Options of what holds data. */
  readonly #kept: pulumi.CustomResourceOptions;

  constructor(name: string, args: BuiltinElasticsearchArgs, opts?: pulumi.ComponentResourceOptions) {
    super("nova:tracing:BuiltinElasticsearch", name, {}, opts);
    const { cluster, namespace, protectData } = args;
    const identity: Identity = { application: "elasticsearch", instance: name, role: "node" };
    this.#name = name;
    this.#args = args;
    this.#labels = objectLabels(identity, cluster.version);
    this.#selector = selectorLabels(identity);
    this.#child = childOptions(this, opts);
    this.#kept = { ...this.#child, protect: protectData, retainOnDelete: protectData };

    const url = `https://${name}.${namespace}.svc:${ports.http}`;
    const administratorSecret = `${name}-administrator`;
    const certificates = new ElasticsearchCertificates(
      name,
      { namespace, labels: this.#labels, issuer: cluster.issuer, protectData },
      this.#child,
    );
    this.reach = {
      url,
      authoritySecret: certificates.httpSecret,
      administrator: { username: "elastic", password: { secret: administratorSecret, key: passwordKey } },
      edge: { peer: { pods: this.#selector }, ports: [ports.http] },
    };

    // Who forms the cluster concerns no node that has joined it: one more node rolls none.
    const everyStart = {
      [preparationFiles.settings]: nodeSettings({ ...args, name, nodes: cluster.nodes }),
      [preparationFiles.program]: preparationProgram(url),
    };
    const data = {
      ...everyStart,
      [preparationFiles.firstFormation]: firstFormationSettings({ name, nodes: cluster.nodes }),
    };
    const metadata = this.#metadata();
    const before = [
      certificates,
      createPassword(this.#metadata(administratorSecret), this.#kept),
      new ConfigMap(`${name}-settings`, { metadata: this.#metadata(`${name}-settings`), data }, this.#child),
      new ServiceAccount(name, { metadata, automountServiceAccountToken: false }, this.#child),
      this.#createNodesService(),
      this.#createNetworkPolicy(),
      ...(args.snapshots === undefined
        ? []
        : [createSnapshotSecret(this.#metadata(`${name}-snapshots`), args.snapshots, this.#child)]),
    ];
    this.#createStatefulSet(certificates, dataChecksum(everyStart), before);
    this.#createClientService();
    new PodDisruptionBudget(
      name,
      { metadata, spec: { maxUnavailable: 1, selector: { matchLabels: this.#selector } } },
      this.#child,
    );
    this.registerOutputs();
  }

  #createStatefulSet(
    { httpSecret, transportSecret }: ElasticsearchCertificates,
    settingsChecksum: string,
    before: readonly pulumi.Resource[],
  ): void {
    const { cluster, snapshots } = this.#args;
    const name = this.#name;
    new StatefulSet(
      name,
      {
        metadata: {
          ...this.#metadata(),
          annotations: {
            // Should it ever have to be made anew, its pods stay, and the new one takes them over.
            "pulumi.com/deletionPropagationPolicy": "orphan",
            "pulumi.com/timeoutSeconds": "1500",
          },
        },
        spec: nodeSetSpec({
          name,
          cluster,
          labels: this.#labels,
          selector: this.#selector,
          settingsChecksum,
          snapshotChecksum: snapshots && snapshotChecksum(snapshots),
          settingsConfigMap: `${name}-settings`,
          httpSecret,
          transportSecret,
          administratorPassword: this.reach.administrator.password,
          snapshotSecret: snapshots === undefined ? undefined : `${name}-snapshots`,
        }),
      },
      after(this.#kept, ...before),
    );
  }

  /** Gives each node a name, also before it is ready: the nodes find each other by it. */
  #createNodesService(): Service {
    const name = `${this.#name}-nodes`;
    const metadata = { ...this.#metadata(name), annotations: { "pulumi.com/skipAwait": "true" } };
    const spec = {
      clusterIP: "None",
      publishNotReadyAddresses: true,
      selector: this.#selector,
      ports: [{ name: "transport", port: ports.transport, targetPort: "transport", protocol: "TCP" }],
    };
    return new Service(name, { metadata, spec }, this.#child);
  }

  /** Leads to nodes that are ready, and to no others. Nothing of the nodes waits for it: it waits for them. */
  #createClientService(): void {
    const spec = {
      type: "ClusterIP",
      selector: this.#selector,
      ports: [{ name: "http", port: ports.http, targetPort: "http", protocol: "TCP" }],
    };
    const annotations = { "pulumi.com/timeoutSeconds": "600" };
    new Service(this.#name, { metadata: { ...this.#metadata(), annotations }, spec }, this.#child);
  }

  #createNetworkPolicy(): NetworkPolicy {
    const { clientLabels, snapshots } = this.#args;
    const peers: Edge = { peer: { pods: this.#selector }, ports: [ports.http, ports.transport] };
    const spec = networkPolicySpec(this.#selector, {
      from: [{ peer: { pods: clientLabels }, ports: [ports.http] }, peers],
      to: [peers, ...(snapshots === undefined ? [] : [storageEdge(snapshots)])],
    });
    return new NetworkPolicy(this.#name, { metadata: this.#metadata(), spec }, this.#child);
  }

  #metadata(name = this.#name): { name: string; namespace: string; labels: Labels } {
    return { name, namespace: this.#args.namespace, labels: this.#labels };
  }
}

/** The storage of snapshots may be anywhere. */
export function storageEdge(snapshots: SnapshotSettings): Edge {
  return { peer: "anywhere", ports: [snapshotPort(snapshots)] };
}
