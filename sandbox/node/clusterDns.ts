import { corednsImage } from "../images/catalog";
import { addresses } from "./addresses";

const labels = { "k8s-app": "kube-dns" };
const identity = { name: "coredns", namespace: "kube-system" };

/** CoreDNS listens here, as no user but root may at port 53; its Service has the usual one. */
const podPort = 1053;

const corefile = `.:${podPort} {
  errors
  health :8080
  ready :8181
  kubernetes cluster.local in-addr.arpa ip6.arpa {
    pods insecure
    ttl 5
  }
  cache 5
}
`;

/** CoreDNS as any cluster has it, under the name by which network policies know it. There is no way to other names. */
export function clusterDnsObjects(): object[] {
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: identity },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: { name: "system:coredns" },
      rules: [
        { apiGroups: [""], resources: ["services", "pods", "namespaces"], verbs: ["list", "watch"] },
        { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch"] },
      ],
    },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { name: "system:coredns" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "system:coredns" },
      subjects: [{ kind: "ServiceAccount", ...identity }],
    },
    { apiVersion: "v1", kind: "ConfigMap", metadata: identity, data: { Corefile: corefile } },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "kube-dns", namespace: "kube-system", labels },
      spec: {
        selector: labels,
        clusterIP: addresses.dnsService,
        ports: [
          { name: "dns", port: 53, targetPort: podPort, protocol: "UDP" },
          { name: "dns-tcp", port: 53, targetPort: podPort, protocol: "TCP" },
        ],
      },
    },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { ...identity, labels },
      spec: {
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: podSpec() },
      },
    },
  ];
}

function podSpec(): object {
  return {
    serviceAccountName: identity.name,
    dnsPolicy: "Default",
    priorityClassName: "system-cluster-critical",
    containers: [
      {
        name: "coredns",
        image: corednsImage,
        imagePullPolicy: "Never",
        args: ["-conf", "/etc/coredns/Corefile"],
        ports: [
          { name: "dns", containerPort: podPort, protocol: "UDP" },
          { name: "dns-tcp", containerPort: podPort, protocol: "TCP" },
        ],
        readinessProbe: { httpGet: { path: "/ready", port: 8181 }, periodSeconds: 1 },
        livenessProbe: { httpGet: { path: "/health", port: 8080 }, periodSeconds: 10 },
        resources: { requests: { cpu: "50m", memory: "32Mi" }, limits: { memory: "128Mi" } },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        },
        volumeMounts: [{ name: "config", mountPath: "/etc/coredns", readOnly: true }],
      },
    ],
    volumes: [{ name: "config", configMap: { name: identity.name } }],
  };
}
