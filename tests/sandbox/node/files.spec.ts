// Proves what is written for the node's components. Whether they start from it, the end-to-end tests show.
import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parse } from "yaml";
import { addresses } from "../../../sandbox/node/addresses";
import { nodeFiles, writeKubeconfigs, writeNodeFiles, type User } from "../../../sandbox/node/files";

const debian = { root: "/tools/debian-12", path: [], libraries: "", iptablesExtensions: "" };
const users: readonly User[] = ["admin", "controllerManager", "scheduler", "kubelet", "proxy"];
const certificate = "-----BEGIN CERTIFICATE-----\nof the test\n-----END CERTIFICATE-----\n";

interface Kubeconfig {
  readonly clusters: readonly [{ cluster: { server: string; "certificate-authority-data": string } }];
  readonly users: readonly [{ name: string; user: { token: string } }];
}

describe("node/files", () => {
  // One run for all tests: none of them changes it, and each makes a key of 2048 bits.
  let folder: string;
  let files: ReturnType<typeof nodeFiles>;
  let tokens: Record<User, string>;

  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "nova-tracing-test-"));
    files = nodeFiles(path.join(folder, "state"));
    // The widest rights that a user's own setting can give: what is private is so by itself.
    const umask = process.umask(0);
    try {
      tokens = writeNodeFiles(files, debian, "/cache/containerd");
      fs.writeFileSync(files.apiCertificate, certificate, { mode: 0o600 });
      writeKubeconfigs(files, tokens);
    } finally {
      process.umask(umask);
    }
  });
  after(() => {
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const kubeconfig = (user: User): Kubeconfig =>
    parse(fs.readFileSync(files.kubeconfig(user), "utf8")) as Kubeconfig;

  it("writes every file for its user alone", () => {
    const written = fs
      .readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name));
    assert.ok(written.length > 10);
    for (const file of written) assert.equal(fs.statSync(file).mode & 0o777, 0o600, file);
    assert.equal(fs.statSync(files.certificates).mode & 0o777, 0o700);
  });

  it("gives each user a token of its own, too long to guess", () => {
    assert.deepEqual(Object.keys(tokens).sort(), [...users].sort());
    assert.equal(new Set(Object.values(tokens)).size, users.length);
    for (const token of Object.values(tokens)) assert.match(token, /^[0-9a-f]{48}$/);
  });

  it("tells the API server each token with the groups that Kubernetes' own roles are bound to", () => {
    const rows = fs
      .readFileSync(files.tokens, "utf8")
      .trim()
      .split("\n")
      .map((line) => /^(\w+),([^,]+),(\w+),"([^"]*)"$/.exec(line)?.slice(1));
    assert.deepEqual(rows, [
      [tokens.admin, "admin", "admin", "system:masters"],
      [tokens.controllerManager, "system:kube-controller-manager", "controllerManager", ""],
      [tokens.scheduler, "system:kube-scheduler", "scheduler", ""],
      [tokens.kubelet, "system:node:nova-tracing", "kubelet", "system:nodes"],
      [tokens.proxy, "system:kube-proxy", "proxy", ""],
    ]);
  });

  for (const user of users) {
    it(`writes a kubeconfig for ${user} with its token, the API server's address and its certificate`, () => {
      const { clusters, users: accounts } = kubeconfig(user);
      assert.equal(accounts[0].user.token, tokens[user]);
      assert.equal(clusters[0].cluster.server, `https://${addresses.nodeAddress}:${addresses.apiPort}`);
      const authority = Buffer.from(clusters[0].cluster["certificate-authority-data"], "base64");
      assert.equal(authority.toString(), certificate);
    });
  }

  it("makes the two halves of one key for service accounts", () => {
    const derived = createPublicKey(createPrivateKey(fs.readFileSync(files.serviceAccountKey)));
    const written = createPublicKey(fs.readFileSync(files.serviceAccountPublicKey));
    assert.ok(derived.equals(written));
  });

  it("keeps kubelet, pods' logs and images below the sandbox's own folders", () => {
    const kubelet = parse(fs.readFileSync(files.kubelet, "utf8")) as Record<string, unknown>;
    assert.equal(kubelet.podLogsDir, files.podLogs);
    assert.equal(kubelet.cgroupRoot, "/nova-tracing");
    assert.deepEqual(kubelet.clusterDNS, [addresses.dnsService]);
    assert.ok(files.podLogs.startsWith(folder) && files.kubeletRoot.startsWith(folder));
    const containerd = fs.readFileSync(files.containerd, "utf8");
    assert.match(containerd, /^root = "\/cache\/containerd"$/m);
    assert.match(containerd, /^bin_dir = "\/tools\/debian-12\/usr\/lib\/cni"$/m);
    assert.match(containerd, /^BinaryName = "\/tools\/debian-12\/usr\/sbin\/runc"$/m);
    assert.ok(containerd.includes(`conf_dir = "${files.cni}"`));
  });
});
