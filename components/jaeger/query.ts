import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment";
import { Service } from "@pulumi/kubernetes/core/v1/service";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy";
import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1/podDisruptionBudget";
import * as pulumi from "@pulumi/pulumi";
import type { ElasticsearchConnection } from "../elasticsearch/connection";
import { after, childOptions } from "../kubernetes/childOptions";
import { objectLabels, selectorLabels, type Identity, type Labels } from "../kubernetes/labels";
import { networkPolicySpec, type Edge, type Edges } from "../kubernetes/networkEdges";
import type { Resources } from "../kubernetes/workload";
import { createConfiguration, folders } from "./configuration";
import { distributedPod, jaegerContainer, preStopSeconds } from "./distributedPod";
import { ports } from "./ports";
import { queryConfig, uiConfig } from "./queryConfig";
import { metricsEdges, serviceSpec } from "./service";
import { renderYaml } from "./sharedConfig";
import { JaegerUiAccess, type UiAccess } from "./uiAccess";
import { proxyPageFiles } from "./uiPages";
import { proxySidecar } from "./uiSidecar";
import { proxyPort } from "./uiProxy";
import { signOutPath } from "./uiSignOut";
import { waitingProgram } from "./waiting";

/** What a JaegerQuery is made from. */
export interface JaegerQueryArgs {
  /** Namespace of all its objects. */
  readonly namespace: string;
  /** Name of the JaegerStack that it belongs to; in its labels. */
  readonly instance: string;
  /** Release of Jaeger, for example `2.22.0`. */
  readonly version: string;
  /** Of the Jaeger in each pod; its proxy has its own. */
  readonly resources: Resources;
  /** Pods. */
  readonly replicas: number;
  readonly connection: ElasticsearchConnection;
  /** Who may open the UI, and where. */
  readonly ui: UiAccess;
  /** Secret to make with a user of its own for the probe. @default no program comes in */
  readonly probeSecretName?: string | undefined;
  /** Namespace whose pods may read the metrics. @default none may */
  readonly metricsNamespace?: string | undefined;
}

/** Jaeger as the UI and its API, on the loopback of a pod whose only port is that of an authenticating proxy. */
export class JaegerQuery extends pulumi.ComponentResource {
  /** Selects its pods. */
  readonly selector: Labels;

  constructor(name: string, args: JaegerQueryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("nova:tracing:JaegerQuery", name, {}, opts);
    const { namespace, connection, probeSecretName } = args;
    const identity: Identity = { application: "jaeger", instance: args.instance, role: "query" };
    this.selector = selectorLabels(identity);
    const child = childOptions(this, opts);
    const metadata = { name, namespace, labels: objectLabels(identity, args.version) };

    const config = queryConfig({ ...args, uiConfigPath: `${folders.config}/ui.json` });
    const ui = uiConfig(connection.retention.days, args.version, signOutPath(args.ui));
    const data = {
      "config.yaml": renderYaml(config),
      "ui.json": `${JSON.stringify(ui, null, 2)}\n`,
      ...proxyPageFiles(),
      ...waitingProgram(),
    };
    const { configMapName, annotations, before } = createConfiguration(metadata, data, child);
    const network = new NetworkPolicy(
      name,
      { metadata, spec: networkPolicySpec(this.selector, edges(args)) },
      child,
    );
    const { secret, secretName } = new JaegerUiAccess(
      `${args.instance}-ui`,
      {
        namespace,
        labels: metadata.labels,
        access: args.ui,
        service: { name, port: ports.queryHttp },
        probeSecretName,
      },
      child,
    );
    const proxy = proxySidecar(args.ui, secretName, configMapName, probeSecretName !== undefined);
    new Deployment(
      name,
      {
        metadata,
        spec: {
          replicas: args.replicas,
          strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
          selector: { matchLabels: this.selector },
          template: {
            metadata: {
              labels: { ...metadata.labels, ...connection.clientLabels },
              annotations: { ...annotations, ...sessionAnnotation(args.ui) },
            },
            spec: distributedPod({
              name,
              configMapName,
              connection,
              selector: this.selector,
              // Questions that are being answered get as long as Elasticsearch may take.
              gracePeriodSeconds: preStopSeconds + 35,
              containers: [jaegerContainer({ ...args, ports: {} }), proxy.container],
              volumes: proxy.volumes,
            }),
          },
        },
      },
      after(child, ...before, network, secret),
    );
    new PodDisruptionBudget(
      name,
      { metadata, spec: { maxUnavailable: 1, selector: { matchLabels: this.selector } } },
      child,
    );
    new Service(name, { metadata, spec: serviceSpec(this.selector, { query: ports.queryHttp }) }, child);
    this.registerOutputs();
  }
}

/**
 * Another key of the sessions rolls the pods: a proxy that is running reads only half of it anew, and with one that has
 * another key people would sign in again and again.
 */
function sessionAnnotation({ sessionGeneration = 1 }: UiAccess): Record<string, string> {
  return sessionGeneration === 1 ? {} : { "nova-tracing/session-generation": String(sessionGeneration) };
}

/**
 * The proxy is open to everyone in the cluster: which namespace the Ingress controller is in is not known here, and
 * the proxy asks everyone who they are. Out it goes to Elasticsearch, and to the identity provider where there is one.
 */
function edges({ connection, metricsNamespace, ui }: JaegerQueryArgs): Edges {
  const from: Edge[] = [{ peer: "anywhere", ports: [proxyPort] }, ...metricsEdges(metricsNamespace)];
  const to: Edge[] = [connection.edge];
  if (ui.authentication === "oauth2")
    to.push({ peer: "anywhere", ports: [identityProviderPort(ui.issuerUrl)] });
  return { from, to };
}

function identityProviderPort(issuerUrl: string): number {
  const { port } = new URL(issuerUrl);
  return port === "" ? 443 : Number(port);
}
