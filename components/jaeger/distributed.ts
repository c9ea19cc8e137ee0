import type { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap";
import type * as pulumi from "@pulumi/pulumi";
import { probeRole } from "../alerts/probeMetrics";
import { after } from "../kubernetes/childOptions";
import type { Labels } from "../kubernetes/labels";
import { JaegerCollector } from "./collector";
import { JaegerDependencies } from "./dependencies";
import { gatewaySelector, JaegerGateway } from "./gateway";
import { IngestCertificates } from "./ingestCertificates";
import { plainIngest } from "./ingestTls";
import { gatewayRole, type MetricsPods } from "./metrics";
import { JaegerProbe, probeSelector } from "./probe";
import { JaegerQuery } from "./query";
import type { DistributedArgs } from "./stackArgs";

/** What the JaegerStack has made already, and what its parts have from it. */
export interface DistributedPlace {
  /** Name of the JaegerStack; begins the names of all parts. */
  readonly name: string;
  readonly labels: Labels;
  /** ConfigMap with the sampling strategies, and its name in the cluster. */
  readonly sampling: { readonly configMap: ConfigMap; readonly name: string };
  readonly child: pulumi.CustomResourceOptions;
}

/** Makes gateway, collector, query and probe, each in pods of its own. @returns whose metrics there are */
export function createDistributed(place: DistributedPlace, args: DistributedArgs): MetricsPods[] {
  const { name, labels, sampling, child } = place;
  const { namespace, version, metricsNamespace, clientNamespaces, ingest = plainIngest } = args;
  const common = {
    namespace,
    version,
    metricsNamespace,
    instance: name,
    connection: args.storage.connection,
  };
  const names = {
    // What services send to is the gateway's.
    service: `${name}-collector`,
    gateway: `${name}-gateway`,
    collector: `${name}-collector-backend`,
    query: `${name}-query`,
    probe: `${name}-probe`,
  };
  // Nobody would hear of what a probe sees where nobody reads its metrics.
  const probe = metricsNamespace === undefined ? undefined : { metricsNamespace, secretName: names.probe };
  const selectors = { gateway: gatewaySelector(name), probe: probe && probeSelector(name) };
  const servers = [names.service, names.collector];
  const clients = [names.gateway, ...(probe === undefined ? [] : [names.probe])];
  const { issuer } = ingest;
  const certificates =
    issuer === undefined
      ? []
      : [new IngestCertificates(`${name}-ingest`, { namespace, labels, issuer, servers, clients }, child)];

  const collector = new JaegerCollector(
    names.collector,
    {
      ...common,
      ...args.collector,
      ingest,
      clientNamespaces,
      samplingConfigMap: sampling.name,
      samplingService: `${name}-sampling`,
      gateway: { selector: selectors.gateway, memoryLimit: args.gateway.resources.limits.memory },
    },
    // A pod whose volume is not there yet is tried again only after a while.
    after(child, sampling.configMap, ...certificates),
  );
  const gateway = new JaegerGateway(
    names.gateway,
    {
      ...args.gateway,
      namespace,
      metricsNamespace,
      ingest,
      clientNamespaces,
      legacyReceiver: args.legacyReceiver ?? false,
      instance: name,
      service: names.service,
      backend: { service: names.collector, selector: collector.selector },
      probeSelector: selectors.probe,
    },
    // Until Jaeger is there it could only refuse.
    after(child, collector, ...certificates),
  );
  const query = new JaegerQuery(
    names.query,
    { ...common, ...args.query, ui: args.ui, probeSecretName: probe?.secretName },
    child,
  );
  new JaegerDependencies(`${name}-dependencies`, common, child);
  const pods: MetricsPods[] = [
    { role: gatewayRole, selector: gateway.selector },
    { role: "collector", selector: collector.selector, spanMetrics: metricsNamespace !== undefined },
    { role: "query", selector: query.selector },
  ];
  if (probe === undefined) return pods;
  const { selector } = new JaegerProbe(
    names.probe,
    {
      ...probe,
      namespace,
      ingest,
      instance: name,
      collector: { name: names.service, selector: gateway.selector },
      query: { name: names.query, selector: query.selector },
    },
    // While they start for the first time there is nothing to find out.
    after(child, gateway, query),
  );
  return [...pods, { role: probeRole, selector }];
}
