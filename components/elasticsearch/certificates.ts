import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import * as pulumi from "@pulumi/pulumi";
import { after, childOptions } from "../kubernetes/childOptions";
import type { IssuerReference } from "../kubernetes/issuer";
import type { Labels } from "../kubernetes/labels";

/** What the certificates are made from. */
export interface ElasticsearchCertificatesArgs {
  readonly namespace: string;
  readonly labels: Labels;
  /** Issuer of the certificate on port 9200. @default the component's own authority */
  readonly issuer?: IssuerReference | undefined;
  /** Whether the authority's key outlives the stack, as the nodes' disks do. */
  readonly protectData: boolean;
}

const apiVersion = "cert-manager.io/v1";
const days = (count: number): string => `${count * 24}h0m0s`;

/**
 * The certificates of a cluster, made and renewed by cert-manager; Elasticsearch reads renewed ones without a restart.
 *
 * Port 9300 always has certificates of a private authority that signs for this cluster alone: whoever holds one of
 * its certificates may join as a node and copy all data, and of a public or company-wide issuer anybody gets one.
 */
export class ElasticsearchCertificates extends pulumi.ComponentResource {
  /** Secret with `tls.crt`, `tls.key` and `ca.crt` for port 9200. */
  readonly httpSecret: string;
  /** The same for port 9300. */
  readonly transportSecret: string;

  readonly #args: ElasticsearchCertificatesArgs;

  constructor(name: string, args: ElasticsearchCertificatesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("nova:tracing:ElasticsearchCertificates", name, {}, opts);
    this.#args = args;
    const child = childOptions(this, opts);
    const kept = { ...child, protect: args.protectData, retainOnDelete: args.protectData };
    const service = `${name}.${args.namespace}`;
    this.httpSecret = `${name}-http`;
    this.transportSecret = `${name}-transport`;

    const selfSigned = this.#create("Issuer", `${name}-self-signed`, { selfSigned: {} }, child);
    const authority = this.#create(
      "Certificate",
      `${name}-authority`,
      {
        isCA: true,
        commonName: `${name}-authority`,
        secretName: `${name}-authority`,
        duration: days(3650),
        renewBefore: days(365),
        // With a key of its own each renewal would turn away every certificate that was signed before it.
        privateKey: { algorithm: "RSA", size: 3072, encoding: "PKCS8", rotationPolicy: "Never" },
        issuerRef: { group: "cert-manager.io", kind: "Issuer", name: `${name}-self-signed` },
      },
      after(kept, selfSigned),
    );
    const signing = this.#create(
      "Issuer",
      `${name}-authority`,
      { ca: { secretName: `${name}-authority` } },
      after(child, authority),
    );
    const own: IssuerReference = { kind: "Issuer", name: `${name}-authority` };
    this.#create(
      "Certificate",
      this.httpSecret,
      leaf(this.httpSecret, args.issuer ?? own, [
        `${service}.svc`,
        `${service}.svc.cluster.local`,
        // Short names, and a port-forward; issuers of others seldom sign those.
        ...(args.issuer === undefined ? [service, name, "localhost"] : []),
      ]),
      after(child, signing),
    );
    this.#create(
      "Certificate",
      this.transportSecret,
      leaf(this.transportSecret, own, [`*.${name}-nodes.${args.namespace}.svc`]),
      after(child, signing),
    );
    this.registerOutputs();
  }

  #create(
    kind: "Issuer" | "Certificate",
    name: string,
    spec: Readonly<Record<string, unknown>>,
    options: pulumi.CustomResourceOptions,
  ): CustomResource {
    const { labels, namespace } = this.#args;
    const annotations = { "pulumi.com/waitFor": "condition=Ready", "pulumi.com/timeoutSeconds": "300" };
    const logicalName = `${name}-${kind.toLowerCase()}`;
    return new CustomResource(
      logicalName,
      { apiVersion, kind, metadata: { name, namespace, labels, annotations }, spec },
      options,
    );
  }
}

/** The certificate of a server that is also its peers' client: three months, renewed a month before its end. */
function leaf(
  secretName: string,
  issuer: IssuerReference,
  dnsNames: readonly string[],
): Record<string, unknown> {
  return {
    secretName,
    dnsNames,
    duration: days(90),
    renewBefore: days(30),
    usages: ["digital signature", "key encipherment", "server auth", "client auth"],
    privateKey: { algorithm: "RSA", size: 2048, encoding: "PKCS8", rotationPolicy: "Always" },
    issuerRef: { group: "cert-manager.io", ...issuer },
  };
}
