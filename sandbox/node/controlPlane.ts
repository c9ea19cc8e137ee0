import * as fs from "node:fs";
import * as path from "node:path";
import { SandboxError } from "../support/errors";
import { until } from "../support/process";
import type { Toolchain } from "../toolchain/toolchain";
import { addresses, nodeName } from "./addresses";
import type { NodeFiles } from "./files";
import type { Namespace } from "./namespace";

/** Starts one component of the node, its output in a log file of its name. */
export type StartComponent = (name: string, command: string, args: readonly string[]) => void;

/** A starter of components in a namespace. */
export function componentStarter(namespace: Namespace, logsFolder: string): StartComponent {
  return (name, command, args) => {
    namespace.start(command, args, path.join(logsFolder, `${name}.log`));
  };
}

/** etcd and the API server; its data are in the namespace's own memory and go with it. */
export function startApi(start: StartComponent, tools: Toolchain, files: NodeFiles): void {
  const etcd = "http://127.0.0.1:2379";
  start("etcd", "etcd", [
    "--data-dir=/run/etcd",
    `--listen-client-urls=${etcd}`,
    `--advertise-client-urls=${etcd}`,
    "--listen-peer-urls=http://127.0.0.1:2380",
  ]);
  start("kube-apiserver", tools.kubeApiserver, [
    `--etcd-servers=${etcd}`,
    `--cert-dir=${files.certificates}`,
    `--secure-port=${addresses.apiPort}`,
    "--bind-address=0.0.0.0",
    `--advertise-address=${addresses.nodeAddress}`,
    "--kubelet-preferred-address-types=InternalIP",
    "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
    `--service-account-key-file=${files.serviceAccountPublicKey}`,
    `--service-account-signing-key-file=${files.serviceAccountKey}`,
    `--service-cluster-ip-range=${addresses.serviceSubnet}`,
    "--authorization-mode=Node,RBAC",
    `--token-auth-file=${files.tokens}`,
    "--allow-privileged=true",
  ]);
}

/** What acts on the objects, once the API server answers. */
export function startControllers(start: StartComponent, tools: Toolchain, files: NodeFiles): void {
  start("kube-controller-manager", tools.kubeControllerManager, [
    `--kubeconfig=${files.kubeconfig("controllerManager")}`,
    "--bind-address=127.0.0.1",
    "--leader-elect=false",
    `--root-ca-file=${files.apiCertificate}`,
    `--service-account-private-key-file=${files.serviceAccountKey}`,
    `--cluster-cidr=${addresses.podSubnet}`,
    // Each controller as its own account: the rights of Kubernetes' roles are bound to those.
    "--use-service-account-credentials=true",
  ]);
  start("kube-scheduler", tools.kubeScheduler, [
    `--kubeconfig=${files.kubeconfig("scheduler")}`,
    "--bind-address=127.0.0.1",
    "--leader-elect=false",
  ]);
}

/** What runs the pods and their network. */
export function startNode(start: StartComponent, tools: Toolchain, files: NodeFiles): void {
  start("kubelet", tools.kubelet, [
    `--config=${files.kubelet}`,
    `--kubeconfig=${files.kubeconfig("kubelet")}`,
    `--root-dir=${files.kubeletRoot}`,
    `--hostname-override=${nodeName}`,
    `--node-ip=${addresses.nodeAddress}`,
    // As any cloud labels its nodes: pods that want to be spread over zones find one.
    "--node-labels=topology.kubernetes.io/zone=sandbox",
  ]);
  start("kube-proxy", tools.kubeProxy, [`--config=${files.proxy}`]);
}

/** Waits for the certificate that the API server makes at its first start. */
export async function waitForCertificate(files: NodeFiles, logsFolder: string): Promise<void> {
  if (await until(() => fs.existsSync(files.apiCertificate), 30_000, 50)) return;
  throw new SandboxError(
    `kube-apiserver made no certificate within 30 s. Its log: ${path.join(logsFolder, "kube-apiserver.log")}`,
  );
}
