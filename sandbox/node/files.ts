import { generateKeyPairSync, randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { stringify } from "yaml";
import type { DebianTree } from "../toolchain/debianPackages";
import { addresses, cgroupName, nodeName } from "./addresses";

/** Who talks to the API server, and the groups that Kubernetes' own roles are bound to. */
const users = {
  admin: { name: "admin", groups: ["system:masters"] },
  controllerManager: { name: "system:kube-controller-manager", groups: [] },
  scheduler: { name: "system:kube-scheduler", groups: [] },
  kubelet: { name: `system:node:${nodeName}`, groups: ["system:nodes"] },
  proxy: { name: "system:kube-proxy", groups: [] },
} as const;

export type User = keyof typeof users;

/** Paths of everything that is written for one run of the node; the folder goes at stop. */
export function nodeFiles(stateFolder: string) {
  const file = (name: string): string => path.join(stateFolder, name);
  return {
    tokens: file("tokens.csv"),
    serviceAccountKey: file("service-account.key"),
    serviceAccountPublicKey: file("service-account.pub"),
    certificates: file("certificates"),
    /** Self-signed, so it is its own authority. */
    apiCertificate: path.join(file("certificates"), "apiserver.crt"),
    kubeconfig: (user: User): string => (user === "admin" ? file("kubeconfig") : file(`${user}.kubeconfig`)),
    kubelet: file("kubelet.yaml"),
    kubeletRoot: file("kubelet"),
    podLogs: file("pod-logs"),
    proxy: file("kube-proxy.yaml"),
    containerd: file("containerd.toml"),
    cni: file("cni"),
  };
}

export type NodeFiles = ReturnType<typeof nodeFiles>;

/** containerd's socket, inside the node's own mount namespace. */
export const containerdSocket = "/run/containerd/containerd.sock";

/** Name of the image that holds a pod's namespaces open. */
export const pauseImage = "localhost/pause:1";

/** Writes what can be written before the API server has made its certificate. */
export function writeNodeFiles(
  files: NodeFiles,
  debian: DebianTree,
  containerdRoot: string,
): Record<User, string> {
  const tokens = Object.fromEntries(
    Object.keys(users).map((user) => [user, randomBytes(24).toString("hex")]),
  ) as Record<User, string>;
  const lines = (Object.keys(users) as User[]).map((user) => {
    const { name, groups } = users[user];
    return `${tokens[user]},${name},${user},"${groups.join(",")}"\n`;
  });
  fs.mkdirSync(files.cni, { recursive: true });
  fs.mkdirSync(files.certificates, { recursive: true, mode: 0o700 });
  writePrivate(files.tokens, lines.join(""));
  const keys = generateKeyPairSync("rsa", { modulusLength: 2048 });
  writePrivate(files.serviceAccountKey, keys.privateKey.export({ type: "pkcs8", format: "pem" }).toString());
  writePrivate(
    files.serviceAccountPublicKey,
    keys.publicKey.export({ type: "spki", format: "pem" }).toString(),
  );
  writePrivate(files.kubelet, stringify(kubeletConfiguration(files)));
  writePrivate(files.proxy, stringify(proxyConfiguration(files)));
  writePrivate(files.containerd, containerdConfiguration(files, debian, containerdRoot));
  writePrivate(path.join(files.cni, "10-bridge.conflist"), JSON.stringify(bridgeNetwork(), null, 2));
  return tokens;
}

/** Writes one kubeconfig per user, once the API server has made its certificate. */
export function writeKubeconfigs(files: NodeFiles, tokens: Record<User, string>): void {
  const authority = fs.readFileSync(files.apiCertificate).toString("base64");
  for (const user of Object.keys(users) as User[]) {
    writePrivate(files.kubeconfig(user), stringify(kubeconfig(users[user].name, tokens[user], authority)));
  }
}

function kubeconfig(user: string, token: string, authority: string): object {
  const server = `https://${addresses.nodeAddress}:${addresses.apiPort}`;
  return {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: nodeName, cluster: { server, "certificate-authority-data": authority } }],
    users: [{ name: user, user: { token } }],
    contexts: [{ name: nodeName, context: { cluster: nodeName, user } }],
    "current-context": nodeName,
  };
}

function kubeletConfiguration(files: NodeFiles): object {
  return {
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    // The API server has no client certificate to show here. Only it can come here: see the packet rule in network.ts.
    authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
    authorization: { mode: "AlwaysAllow" },
    cgroupDriver: "cgroupfs",
    cgroupRoot: `/${cgroupName}`,
    failCgroupV1: false,
    failSwapOn: false,
    localStorageCapacityIsolation: false,
    containerRuntimeEndpoint: `unix://${containerdSocket}`,
    podLogsDir: files.podLogs,
    // The machine's resolver is none of the pods' business: there is no way out of the namespace.
    resolvConf: "",
    clusterDNS: [addresses.dnsService],
    clusterDomain: "cluster.local",
    evictionHard: { "memory.available": "50Mi", "nodefs.available": "1%", "imagefs.available": "1%" },
    imageGCHighThresholdPercent: 100,
  };
}

function proxyConfiguration(files: NodeFiles): object {
  return {
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    mode: "iptables",
    hostnameOverride: nodeName,
    clientConnection: { kubeconfig: files.kubeconfig("proxy") },
    clusterCIDR: addresses.podSubnet,
    conntrack: { maxPerCore: 0, min: 0 },
    iptables: { minSyncPeriod: "0s" },
  };
}

function bridgeNetwork(): object {
  return {
    cniVersion: "1.0.0",
    name: nodeName,
    plugins: [
      {
        type: "bridge",
        bridge: "cni0",
        isGateway: true,
        ipMasq: true,
        hairpinMode: true,
        ipam: {
          type: "host-local",
          ranges: [[{ subnet: addresses.podSubnet }]],
          routes: [{ dst: "0.0.0.0/0" }],
        },
      },
      { type: "portmap", capabilities: { portMappings: true } },
    ],
  };
}

function containerdConfiguration(files: NodeFiles, debian: DebianTree, root: string): string {
  const cri = 'plugins."io.containerd.grpc.v1.cri"';
  return `version = 2
root = "${root}"
state = "/run/containerd"
oom_score = 0
disabled_plugins = ["io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs", "io.containerd.internal.v1.tracing"]
[grpc]
address = "${containerdSocket}"
[${cri}]
sandbox_image = "${pauseImage}"
# Without CAP_SYS_RESOURCE no pod could lower its score, and each would fail to start.
restrict_oom_score_adj = true
disable_apparmor = true
[${cri}.cni]
bin_dir = "${path.join(debian.root, "usr/lib/cni")}"
conf_dir = "${files.cni}"
[${cri}.containerd]
default_runtime_name = "runc"
[${cri}.containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
[${cri}.containerd.runtimes.runc.options]
BinaryName = "${path.join(debian.root, "usr/sbin/runc")}"
SystemdCgroup = false
`;
}

function writePrivate(file: string, content: string): void {
  fs.writeFileSync(file, content, { mode: 0o600 });
}
