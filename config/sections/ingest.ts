import { z } from "zod";
import { ingestModes } from "../../components/jaeger/ingestTls";
import type { Environment } from "../../policy/limits";
import { dnsLabel, group, oneOf } from "./fields";

/** Plain text, where the collector is reached by a port-forward and `http://localhost:4317`, which no certificate names. */
export function plainIngest(environment: Environment) {
  return group({
    tls: oneOf(
      ["off"],
      `"off", or leave the section out: ${environment} takes spans from localhost too, in clear; staging is where to try TLS`,
    ),
  });
}

/** Signs in every namespace: the collector's certificate in one, those of the services in theirs. */
const clusterIssuer = group({
  kind: oneOf(["ClusterIssuer"], "ClusterIssuer: services have their certificates in their own namespaces"),
  name: dnsLabel("the name of a ClusterIssuer with a private authority", "for example nova-tracing"),
});

/** How OTLP comes in. */
export const ingest = group({
  tls: oneOf(
    ingestModes,
    '"off" (in quotes where a tool reads it as false) for plain text inside of the cluster, tls for a certificate of the collector, or mtls for one of each service too',
  ),
  issuer: clusterIssuer.optional(),
}).superRefine(({ tls, issuer }, context) => {
  if (tls === "off" || issuer !== undefined) return;
  const message = `is missing; with tls: ${tls} it signs the certificates of the collector and of the services. Write for example { kind: ClusterIssuer, name: nova-tracing } (docs/ingest-tls.md)`;
  context.addIssue({ code: "custom", path: ["issuer"], message });
});

/** Whether spans are to come in over TLS, as far as a stack file says so that may be wrong in other ways. */
export function asksForTls(mode: unknown): boolean {
  return z.enum(["tls", "mtls"]).safeParse(mode).success;
}
