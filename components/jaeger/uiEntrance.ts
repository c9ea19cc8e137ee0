import type { types } from "@pulumi/kubernetes";
import type { IssuerReference } from "../kubernetes/issuer";

/** A Gateway of the platform's. */
export interface GatewayReference {
  readonly name: string;
  readonly namespace: string;
}

/** Where people come in: by an Ingress or through a Gateway, one of the two. */
export interface UiEntrance {
  /** Name that it answers to, for example `jaeger.nova.com`. */
  readonly host: string;
  /** IngressClass of the cluster. @default no Ingress */
  readonly ingressClassName?: string | undefined;
  /** Gateway that gets a listener of its own for the host; it has to allow this namespace's. @default no Gateway */
  readonly gateway?: GatewayReference | undefined;
  /** Signs the certificate of the host. */
  readonly issuer: IssuerReference;
  /** Has an Ingress controller that knows ingress-nginx's annotations ask first who is there. @default false */
  readonly controllerAnnotations?: boolean | undefined;
}

/** Service that leads to the proxy. */
export interface ProxyService {
  readonly name: string;
  readonly port: number;
}

/** Of the Gateway API: group and version of ListenerSet and HTTPRoute, both in its standard channel since 1.5. */
export const gatewayApi = "gateway.networking.k8s.io";

const listener = "https";

/** Why nobody could come in, with what to write instead; undefined if they can. */
export function entranceProblem(entrance: UiEntrance): string | undefined {
  const { ingressClassName, gateway, controllerAnnotations } = entrance;
  if (gateway !== undefined && controllerAnnotations === true) {
    return "controllerAnnotations are an Ingress's, and a gateway takes its place. Leave one of them out";
  }
  if ((ingressClassName === undefined) !== (gateway === undefined)) return undefined;
  const found = gateway === undefined ? "neither is there" : "both are there";
  return `ingressClassName, for an Ingress, or gateway, for an HTTPRoute: ${found}. Write one of them`;
}

/** Certificate of the host, for the Ingress or the listener. */
export function certificateSpec({ host, issuer }: UiEntrance, secretName: string): object {
  return {
    secretName,
    dnsNames: [host],
    issuerRef: { group: "cert-manager.io", kind: issuer.kind, name: issuer.name },
    privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
    usages: ["digital signature", "key encipherment", "server auth"],
  };
}

/** An Ingress that serves the host with TLS. @param path what it leads to the proxy, and all below it */
export function ingressSpec(
  { host, ingressClassName }: UiEntrance,
  service: ProxyService,
  secretName: string,
  path = "/",
): types.input.networking.v1.IngressSpec {
  const backend = { service: { name: service.name, port: { number: service.port } } };
  return {
    ingressClassName: ingressClassName ?? "",
    tls: [{ hosts: [host], secretName }],
    rules: [{ host, http: { paths: [{ path, pathType: "Prefix", backend }] } }],
  };
}

/**
 * A listener of our own on a Gateway of somebody else's: whether one of the Gateway's speaks TLS could not be seen from
 * here. Its certificate is in this namespace, so that no ReferenceGrant is needed.
 */
export function listenerSetSpec({ host }: UiEntrance, gateway: GatewayReference, secretName: string): object {
  return {
    parentRef: { group: gatewayApi, kind: "Gateway", ...gateway },
    listeners: [
      {
        name: listener,
        hostname: host,
        port: 443,
        protocol: "HTTPS",
        tls: { mode: "Terminate", certificateRefs: [{ group: "", kind: "Secret", name: secretName }] },
        allowedRoutes: { namespaces: { from: "Same" } },
      },
    ],
  };
}

/** The route from that listener, and from no other, to the proxy. @param listenerSet its name */
export function httpRouteSpec({ host }: UiEntrance, service: ProxyService, listenerSet: string): object {
  return {
    parentRefs: [{ group: gatewayApi, kind: "ListenerSet", name: listenerSet, sectionName: listener }],
    hostnames: [host],
    rules: [
      {
        matches: [{ path: { type: "PathPrefix", value: "/" } }],
        backendRefs: [{ group: "", kind: "Service", name: service.name, port: service.port, weight: 1 }],
      },
    ],
  };
}
