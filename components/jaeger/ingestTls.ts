import type { types } from "@pulumi/kubernetes";
import type { IssuerReference } from "../kubernetes/issuer";
import { secretFileMode } from "./distributedPod";
import type { Receiver, YamlMap } from "./sharedConfig";

/**
 * Both ends of a connection that carries OTLP, as an OpenTelemetry Collector (Jaeger v2 is one) is told of them. What a
 * service is told is in components/tracing/otlpClient.ts.
 */

/** `off`: plain text. `tls`: the server shows a certificate. `mtls`: the client has to show one too. */
export const ingestModes = ["off", "tls", "mtls"] as const;
export type IngestMode = (typeof ingestModes)[number];

/** An issuer whose certificates may be in any namespace: services have theirs in their own. */
export type ClusterIssuerReference = IssuerReference & { readonly kind: "ClusterIssuer" };

/** How spans come in. */
export interface IngestTls {
  readonly tls: IngestMode;
  /**
   * Signs the certificates of servers and clients, in whatever namespace they are. With `off` they are made all the same,
   * and used by nobody yet. @default no certificates, and then `off` is the only mode
   */
  readonly issuer?: ClusterIssuerReference | undefined;
}

/** What a stack has that says nothing. */
export const plainIngest: IngestTls = { tls: "off" };

/** Whether spans come in over TLS. */
export function isEncrypted({ tls }: IngestTls): boolean {
  return tls !== "off";
}

/** Scheme of the addresses that take spans. */
export function ingestScheme(ingest: IngestTls): "http" | "https" {
  return isEncrypted(ingest) ? "https" : "http";
}

/** Secret that cert-manager puts the certificate of a Service, a service or a program into. */
export function otlpSecretName(name: string): string {
  return `${name}-otlp-tls`;
}

/** Keys of such a Secret, as cert-manager writes them, and so names of files where it is mounted. */
export const otlpFiles = { authority: "ca.crt", certificate: "tls.crt", key: "tls.key" } as const;

/** Where a server of spans has its certificate. */
export const serverFolder = "/etc/jaeger/otlp-tls";

/** Where a gateway has the certificate that it shows to the server behind it. */
export const gatewayClientFolder = "/etc/jaeger/otlp-client-tls";

/** Go's default, pinned. Nothing older, and 1.3 alone would shut out the SDKs of some older runtimes. */
const minimumVersion = "1.2";

/** A file that has changed is read at the first connection after this time. kubelet brings it within two minutes. */
const reloadInterval = "1m";

/**
 * A receiver with all of its protocols over TLS. A renewed certificate counts without a restart, and so does, by
 * `client_ca_file_reload`, a renewed authority of the clients.
 */
export function encryptedReceiver(receiver: Receiver, ingest: IngestTls, folder = serverFolder): YamlMap {
  if (!isEncrypted(ingest)) return receiver;
  const tls: YamlMap = {
    cert_file: `${folder}/${otlpFiles.certificate}`,
    key_file: `${folder}/${otlpFiles.key}`,
    min_version: minimumVersion,
    reload_interval: reloadInterval,
    // This, and nothing else, makes a certificate of the client a must.
    ...(ingest.tls === "mtls"
      ? { client_ca_file: `${folder}/${otlpFiles.authority}`, client_ca_file_reload: true }
      : {}),
  };
  const protocols = Object.entries(receiver.protocols).map(([name, settings]) => [
    name,
    { ...settings, tls },
  ]);
  return { ...receiver, protocols: Object.fromEntries(protocols) as YamlMap };
}

/**
 * Block `tls` of an exporter to such a receiver: what a gateway needs. It shows its certificate to whoever asks. The
 * certificate is read again, the authority is not: where that is renewed with another key, the pod has to start anew.
 */
export function exporterTls(ingest: IngestTls, folder = gatewayClientFolder): YamlMap {
  if (!isEncrypted(ingest)) return { insecure: true };
  return {
    ca_file: `${folder}/${otlpFiles.authority}`,
    cert_file: `${folder}/${otlpFiles.certificate}`,
    key_file: `${folder}/${otlpFiles.key}`,
    min_version: minimumVersion,
    reload_interval: reloadInterval,
  };
}

/** Volumes of a pod and mounts of its container; none where spans come in clear. */
export interface OtlpFiles {
  readonly volumes: types.input.core.v1.Volume[];
  readonly mounts: types.input.core.v1.VolumeMount[];
}

/**
 * Brings the Secret of a certificate into a pod whose `fsGroup` may read it. @param owner whose certificate it is: the
 * name of the Service for a server
 */
export function otlpFilesOf(owner: string, ingest: IngestTls, folder = serverFolder): OtlpFiles {
  if (!isEncrypted(ingest)) return { volumes: [], mounts: [] };
  const name = folder === serverFolder ? "otlp-tls" : "otlp-client-tls";
  const secret = { secretName: otlpSecretName(owner), defaultMode: secretFileMode };
  return {
    volumes: [{ name, secret }],
    mounts: [{ name, mountPath: folder, readOnly: true }],
  };
}

/** What is wrong with the arguments. @param legacyReceiver whether thrift is to be taken too */
export function ingestProblem({ tls, issuer }: IngestTls, legacyReceiver: boolean): string | undefined {
  if (tls === "off") return undefined;
  if (issuer === undefined)
    return `issuer is missing: tls is ${tls}, and somebody has to sign the certificates`;
  if (!legacyReceiver) return undefined;
  return `tls is ${tls}, and a service sends thrift, which would come in clear. Give it the exporter otlp`;
}
