import { controllerImageName } from "./image";

const namespace = "cert-manager";
const name = "cert-manager";
const labels = { "app.kubernetes.io/name": name, "app.kubernetes.io/component": "controller" };

/** The controller of cert-manager, under the names that its chart gives it. */
export function certManagerObjects(): object[] {
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: { name: "cert-manager-controller" },
      rules: [
        { apiGroups: ["cert-manager.io"], resources: ["*"], verbs: ["*"] },
        {
          apiGroups: [""],
          resources: ["secrets"],
          verbs: ["get", "list", "watch", "create", "update", "patch", "delete"],
        },
        { apiGroups: [""], resources: ["events"], verbs: ["create", "patch"] },
      ],
    },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { name: "cert-manager-controller" },
      roleRef: {
        apiGroup: "rbac.authorization.k8s.io",
        kind: "ClusterRole",
        name: "cert-manager-controller",
      },
      subjects: [{ kind: "ServiceAccount", name, namespace }],
    },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name, namespace, labels },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: podSpec() },
      },
    },
  ];
}

/**
 * An issuer that a stack takes for granted in its cluster, such as `letsencrypt`: here it signs each certificate with
 * the certificate's own key, and nobody trusts the result.
 */
export function standInIssuer(issuer: string): object {
  return {
    apiVersion: "cert-manager.io/v1",
    kind: "ClusterIssuer",
    metadata: {
      name: issuer,
      annotations: {
        "nova-tracing/stand-in": "Self-signed: no authority on the internet is reached from here.",
      },
    },
    spec: { selfSigned: {} },
  };
}

/** The ClusterIssuer that a stack's settings name for the host of the UI; undefined where they name none. */
export function clusterIssuerOf(config: Readonly<Record<string, unknown>>): string | undefined {
  const ui = config["nova-tracing:ui"] as
    { readonly issuer?: { readonly kind: string; readonly name: string } } | undefined;
  return ui?.issuer?.kind === "ClusterIssuer" ? ui.issuer.name : undefined;
}

/** The ClusterIssuer that a stack's settings name for spans over TLS; undefined where they name none. */
export function ingestIssuerOf(config: Readonly<Record<string, unknown>>): string | undefined {
  const ingest = config["nova-tracing:ingest"] as { readonly issuer?: { readonly name: string } } | undefined;
  return ingest?.issuer?.name;
}

/** A ClusterIssuer with a private authority, as docs/ingest-tls.md tells people to make it: no stand-in. */
export function privateAuthority(issuer: string): object[] {
  const apiVersion = "cert-manager.io/v1";
  const [selfSigned, authority] = [`${issuer}-self-signed`, `${issuer}-authority`];
  return [
    { apiVersion, kind: "ClusterIssuer", metadata: { name: selfSigned }, spec: { selfSigned: {} } },
    {
      apiVersion,
      kind: "Certificate",
      metadata: { name: authority, namespace },
      spec: {
        isCA: true,
        commonName: issuer,
        secretName: authority,
        duration: "87600h",
        renewBefore: "8760h",
        privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Never" },
        issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: selfSigned },
      },
    },
    {
      apiVersion,
      kind: "ClusterIssuer",
      metadata: { name: issuer },
      spec: { ca: { secretName: authority } },
    },
  ];
}

function podSpec(): object {
  return {
    serviceAccountName: name,
    containers: [
      {
        name: "controller",
        image: controllerImageName,
        imagePullPolicy: "Never",
        // Under the name that its chart gives it.
        ports: [{ name: "http-metrics", containerPort: 9402, protocol: "TCP" }],
        resources: { requests: { cpu: "20m", memory: "64Mi" }, limits: { memory: "256Mi" } },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          runAsNonRoot: true,
          capabilities: { drop: ["ALL"] },
        },
      },
    ],
  };
}
