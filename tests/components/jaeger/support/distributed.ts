import type { ElasticsearchConnection } from "../../../../components/elasticsearch/connection";
import { retention, type RetentionMechanism } from "../../../../components/elasticsearch/retention";
import type { BasicUiAccess, OAuth2UiAccess } from "../../../../components/jaeger/uiAccess";

/** Values that the specs of the distributed Jaeger share. */

/** One version of each dialect. */
export const versions = ["2.13.0", "2.20.0", "2.22.0"] as const;

/** Who removes old indices, in staging and in production. */
export const mechanisms: readonly RetentionMechanism[] = ["cleaner", "ilm"];

/** A connection as ElasticsearchBackend gives it. */
export function connection(
  mechanism: RetentionMechanism,
  change: Partial<ElasticsearchConnection> = {},
): ElasticsearchConnection {
  return {
    majorVersion: 8,
    url: "https://elasticsearch.observability.svc:9200",
    username: "jaeger",
    passwordSecret: "elasticsearch-jaeger",
    authoritySecret: "elasticsearch-authority",
    indexPrefix: "nova",
    shards: 3,
    copies: 1,
    retention: retention(mechanism === "ilm" ? 90 : 30, mechanism),
    lifecyclePolicy: "nova-jaeger",
    clientLabels: { "nova-tracing/elasticsearch-client": "true" },
    edge: { peer: { pods: { role: "elasticsearch" } }, ports: [9200] },
    ...change,
  };
}

const entrance = {
  host: "jaeger.nova.com",
  ingressClassName: "nginx",
  issuer: { kind: "ClusterIssuer", name: "letsencrypt" },
} as const;

/** A password opens the UI. */
export const basicAccess: BasicUiAccess = { authentication: "basic", ...entrance };

/** An identity provider opens the UI. */
export const oauth2Access: OAuth2UiAccess = {
  authentication: "oauth2",
  ...entrance,
  issuerUrl: "https://sso.nova.com/realms/nova",
  clientId: "jaeger",
  clientSecret: "canary-client-secret",
  emailDomains: ["nova.com", "nova.org"],
};
