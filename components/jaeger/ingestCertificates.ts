import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import * as pulumi from "@pulumi/pulumi";
import { childOptions } from "../kubernetes/childOptions";
import type { IssuerReference } from "../kubernetes/issuer";
import type { Labels } from "../kubernetes/labels";
import { otlpSecretName } from "./ingestTls";

/** What the certificates of one namespace are made from. */
export interface IngestCertificatesArgs {
  readonly namespace: string;
  readonly labels: Labels;
  readonly issuer: IssuerReference;
  /** Services that take spans. */
  readonly servers: readonly string[];
  /** Programs that send spans to them. */
  readonly clients: readonly string[];
}

const days = (count: number): string => `${count * 24}h0m0s`;

/** The certificates of those who take spans, and of the stack's own programs that send them, by cert-manager. */
export class IngestCertificates extends pulumi.ComponentResource {
  constructor(name: string, args: IngestCertificatesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("nova:tracing:IngestCertificates", name, {}, opts);
    const { namespace, labels, issuer } = args;
    const child = childOptions(this, opts);
    for (const owner of args.servers) {
      const spec = serverCertificate(owner, namespace, issuer);
      createOtlpCertificate(owner, owner, { namespace, labels }, spec, child);
    }
    for (const owner of args.clients) {
      const spec = clientCertificate(owner, namespace, issuer);
      createOtlpCertificate(owner, owner, { namespace, labels }, spec, child);
    }
    this.registerOutputs();
  }
}

/** Registers a certificate under the name of its Secret, and waits until it is issued. @param name begins the logical name */
export function createOtlpCertificate(
  name: string,
  owner: string,
  metadata: { readonly namespace: string; readonly labels: Labels },
  spec: Readonly<Record<string, unknown>>,
  options: pulumi.CustomResourceOptions,
): CustomResource {
  const annotations = { "pulumi.com/waitFor": "condition=Ready", "pulumi.com/timeoutSeconds": "300" };
  return new CustomResource(
    otlpSecretName(name),
    {
      apiVersion: "cert-manager.io/v1",
      kind: "Certificate",
      metadata: { ...metadata, name: otlpSecretName(owner), annotations },
      spec,
    },
    options,
  );
}

/** The names by which a pod of any namespace may call a Service. */
export function serverNames(service: string, namespace: string): string[] {
  const inNamespace = `${service}.${namespace}`;
  return [service, inNamespace, `${inNamespace}.svc`, `${inNamespace}.svc.cluster.local`];
}

/** Of a Service that takes spans: three months, renewed a month before its end; it is read again without a restart. */
export function serverCertificate(
  service: string,
  namespace: string,
  issuer: IssuerReference,
): Record<string, unknown> {
  return {
    ...leaf(service, issuer, days(90), days(30)),
    dnsNames: serverNames(service, namespace),
    usages: ["digital signature", "server auth"],
  };
}

/**
 * Of whoever sends spans. Most SDKs read their certificate at their start and never again, so a year is its life, and
 * three months after its issue the next one is there: a process may run for nine months before its spans are refused.
 */
export function clientCertificate(
  name: string,
  namespace: string,
  issuer: IssuerReference,
): Record<string, unknown> {
  return {
    ...leaf(name, issuer, days(365), days(275)),
    commonName: name,
    dnsNames: [`${name}.${namespace}`],
    usages: ["digital signature", "client auth"],
  };
}

/** Keys as PKCS 8, which SDKs of all languages read. */
function leaf(
  owner: string,
  issuer: IssuerReference,
  duration: string,
  renewBefore: string,
): Record<string, unknown> {
  return {
    secretName: otlpSecretName(owner),
    duration,
    renewBefore,
    privateKey: { algorithm: "ECDSA", size: 256, encoding: "PKCS8", rotationPolicy: "Always" },
    issuerRef: { group: "cert-manager.io", kind: issuer.kind, name: issuer.name },
  };
}
