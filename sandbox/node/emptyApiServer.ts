import { spawn, type ChildProcess } from "node:child_process";
import { createWriteStream, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { get } from "node:https";
import { join } from "node:path";
import { generateKeyPairSync, randomBytes } from "node:crypto";

/** How long etcd and the API server may take to answer. */
const READY_MILLISECONDS = 60_000;

/** The programs, and where their state goes. */
export interface ApiServerSettings {
  /** Path of etcd. */
  readonly etcd: string;
  /** Path of kube-apiserver. */
  readonly kubeApiserver: string;
  /** Path of kube-controller-manager; without it nothing that is deleted in the foreground ever goes. */
  readonly kubeControllerManager?: string;
  /** An empty folder for data, keys and logs. */
  readonly folder: string;
}

/**
 * A running API server. No pod ever runs: of the controllers there are, if any, those alone that delete what
 * belongs to deleted objects and namespaces.
 */
export interface ApiServer {
  /** Path of a kubeconfig for its administrator. */
  readonly kubeconfig: string;
  /** Ends all of its processes. */
  stop(): Promise<void>;
}

/**
 * Starts etcd and an API server on free ports of 127.0.0.1.
 *
 * @throws Error with the folder of the logs when one of them does not get ready.
 */
export async function startApiServer(settings: ApiServerSettings): Promise<ApiServer> {
  const { folder } = settings;
  mkdirSync(folder, { recursive: true });
  const [etcdPort, peerPort, securePort] = await Promise.all([freePort(), freePort(), freePort()]);
  const token = randomBytes(24).toString("hex");
  const keyFile = writeServiceAccountKey(folder);
  const tokenFile = join(folder, "tokens.csv");
  writeFileSync(tokenFile, `${token},admin,admin,system:masters\n`, { mode: 0o600 });
  const etcdUrl = `http://127.0.0.1:${etcdPort}`;
  const peerUrl = `http://127.0.0.1:${peerPort}`;
  const etcd = start(settings.etcd, join(folder, "etcd.log"), [
    `--data-dir=${join(folder, "etcd")}`,
    `--listen-client-urls=${etcdUrl}`,
    `--advertise-client-urls=${etcdUrl}`,
    `--listen-peer-urls=${peerUrl}`,
    `--initial-advertise-peer-urls=${peerUrl}`,
    `--initial-cluster=default=${peerUrl}`,
    "--unsafe-no-fsync",
  ]);
  const server = start(settings.kubeApiserver, join(folder, "kube-apiserver.log"), [
    `--etcd-servers=${etcdUrl}`,
    `--cert-dir=${join(folder, "certificates")}`,
    `--secure-port=${securePort}`,
    "--bind-address=127.0.0.1",
    // Only to be written into the Service `kubernetes`; a loopback address is refused there.
    "--advertise-address=192.0.2.1",
    "--service-account-issuer=https://kubernetes.default.svc",
    `--service-account-key-file=${keyFile}`,
    `--service-account-signing-key-file=${keyFile}`,
    "--service-cluster-ip-range=10.96.0.0/16",
    "--authorization-mode=RBAC",
    `--token-auth-file=${tokenFile}`,
    "--endpoint-reconciler-type=none",
    // Nothing here creates service accounts, and pods would be refused without one.
    "--disable-admission-plugins=ServiceAccount",
  ]);
  const processes = [etcd, server];
  const stop = async (): Promise<void> => {
    for (const child of [...processes].reverse()) await end(child);
  };
  try {
    await untilReady(securePort, token, processes, folder);
  } catch (error) {
    await stop();
    throw error;
  }
  const kubeconfig = join(folder, "kubeconfig");
  const authority = readFileSync(join(folder, "certificates", "apiserver.crt")).toString("base64");
  writeFileSync(kubeconfig, kubeconfigText(securePort, token, authority), { mode: 0o600 });
  if (settings.kubeControllerManager !== undefined) {
    processes.push(
      start(settings.kubeControllerManager, join(folder, "kube-controller-manager.log"), [
        `--kubeconfig=${kubeconfig}`,
        "--controllers=garbage-collector-controller,namespace-controller",
        "--leader-elect=false",
        "--secure-port=0",
      ]),
    );
  }
  return { kubeconfig, stop };
}

function kubeconfigText(port: number, token: string, authority: string): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "test",
    clusters: [
      {
        name: "test",
        cluster: { server: `https://127.0.0.1:${port}`, "certificate-authority-data": authority },
      },
    ],
    users: [{ name: "admin", user: { token } }],
    contexts: [{ name: "test", context: { cluster: "test", user: "admin" } }],
  });
}

function writeServiceAccountKey(folder: string): string {
  const file = join(folder, "service-account.key");
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  writeFileSync(file, privateKey.export({ type: "pkcs1", format: "pem" }), { mode: 0o600 });
  return file;
}

function start(program: string, log: string, programArguments: readonly string[]): ChildProcess {
  const child = spawn(program, programArguments, { stdio: ["ignore", "pipe", "pipe"] });
  const output = createWriteStream(log);
  child.stdout.pipe(output, { end: false });
  child.stderr.pipe(output, { end: false });
  child.once("error", (error) => output.write(`${error.message}\n`));
  return child;
}

function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || hasEnded(child)) return Promise.resolve();
  return new Promise((resolve) => {
    const killer = setTimeout(() => child.kill("SIGKILL"), 5_000);
    child.once("exit", () => {
      clearTimeout(killer);
      resolve();
    });
    child.kill("SIGTERM");
  });
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function untilReady(
  port: number,
  token: string,
  processes: readonly ChildProcess[],
  folder: string,
): Promise<void> {
  const deadline = Date.now() + READY_MILLISECONDS;
  while (Date.now() < deadline) {
    if (processes.some((child) => child.pid === undefined || hasEnded(child))) {
      throw new Error(`etcd or kube-apiserver ended at once; their logs are in ${folder}`);
    }
    if (await isReady(port, token)) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(
    `kube-apiserver was not ready after ${READY_MILLISECONDS / 1000} s; its log is in ${folder}`,
  );
}

function isReady(port: number, token: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(
      // The certificate is made by the server itself at this very start.
      {
        host: "127.0.0.1",
        port,
        path: "/readyz",
        headers: { Authorization: `Bearer ${token}` },
        rejectUnauthorized: false,
      },
      (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      },
    );
    request.on("error", () => {
      resolve(false);
    });
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => {
        if (address !== null && typeof address === "object") resolve(address.port);
        else reject(new Error("no free port was found on 127.0.0.1"));
      });
    });
  });
}
