import type { Environment } from "../../policy/limits";
import { shippedConfig, type Change } from "./stackFiles";

/** A way to set a stack up that no shipped stack file has. */
export interface Variant {
  /** As titles say it: `with snapshots`. */
  readonly what: string;
  readonly changes: readonly Change[];
  /** Full keys of secrets that it needs beside those of the shipped stack. */
  readonly secrets?: readonly string[];
}

/** A shipped stack file set up that way, as `record` takes it. */
export function variantConfig(
  stack: Environment,
  { changes, secrets = [] }: Variant,
): ReturnType<typeof shippedConfig> {
  const { config, secretKeys } = shippedConfig(stack, ...changes);
  const more = Object.fromEntries(secrets.map((key) => [key, "made-up"]));
  return { stack, config: { ...config, ...more }, secretKeys: [...secretKeys, ...secrets] };
}

const elasticsearch = "nova-tracing:storage.elasticsearch";

/** Spans in a cluster that ECK runs. */
export const withOperator: Variant = {
  what: "with ECK's Elasticsearch",
  changes: [[`${elasticsearch}.mode`, "eck"]],
};

/** Spans in a cluster of somebody else. */
export const withExisting: Variant = {
  what: "with somebody else's Elasticsearch",
  changes: [
    [
      elasticsearch,
      {
        mode: "existing",
        majorVersion: 8,
        indexPrefix: "nova",
        shards: 3,
        copies: 1,
        url: "https://elasticsearch.nova.com:9200",
        username: "jaeger",
      },
    ],
  ],
  secrets: ["nova-tracing:elasticsearchPassword"],
};

/** Snapshots of the indices. */
export const withSnapshots: Variant = {
  what: "with snapshots",
  changes: [[`${elasticsearch}.snapshots`, { bucket: "nova-traces", schedule: "0 30 1 * * ?" }]],
  secrets: ["nova-tracing:snapshotAccessKey", "nova-tracing:snapshotSecretKey"],
};

/** Alerts without the Prometheus operator. */
export const withPlainAlerts: Variant = {
  what: "with alerts as ConfigMaps",
  changes: [
    ["nova-tracing:alerts.delivery", "configMap"],
    ["nova-tracing:alerts.labels", undefined],
  ],
};

/** A service that still sends thrift. */
export const withThrift: Variant = {
  what: "with a service that sends thrift",
  changes: [["nova-tracing:services.auth-service.exporter", "jaeger"]],
};

/** Spans over TLS with certificates of the services. */
export const withMutualTls: Variant = {
  what: "with mTLS for ingest",
  changes: [
    ["nova-tracing:ingest", { tls: "mtls", issuer: { kind: "ClusterIssuer", name: "nova-tracing" } }],
  ],
};

/** Spans over TLS with a certificate of the collector alone. */
export const withTls: Variant = {
  what: "with TLS for ingest",
  changes: [["nova-tracing:ingest", { tls: "tls", issuer: { kind: "ClusterIssuer", name: "nova-tracing" } }]],
};

/** People in one of two groups, beside the domain, who sign out at the identity provider too. */
export const withGroups: Variant = {
  what: "with allowed groups and the provider's sign-out",
  changes: [
    ["nova-tracing:ui.allowedGroups", ["tracing-readers", "On call"]],
    ["nova-tracing:ui.signOutUrl", "https://sso.nova.com/session/end"],
  ],
};

/** People come in through the platform's Gateway. */
export const withGateway: Variant = {
  what: "with a Gateway in place of an Ingress",
  changes: [
    ["nova-tracing:ui.ingressClassName", undefined],
    ["nova-tracing:ui.gateway", { name: "shared", namespace: "gateways" }],
  ],
};

/** The guide's annotations, by which an Ingress controller asks first. */
export const withAnnotations: Variant = {
  what: "with the guide's annotations",
  changes: [["nova-tracing:ui.controllerAnnotations", true]],
};

/** Each in one stack: the others differ from it in nothing that the variant touches. */
export const variants: readonly (readonly [Environment, Variant])[] = [
  ["production", withOperator],
  ["production", withExisting],
  ["production", withSnapshots],
  ["production", withGroups],
  ["staging", withPlainAlerts],
  ["staging", withThrift],
  ["staging", withTls],
  ["production", withMutualTls],
  ["staging", withGateway],
  ["staging", withAnnotations],
  ["production", withAnnotations],
];
