import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { openEngine } from "../../../sandbox/stack/engine";
import { sandboxPaths } from "../../../sandbox/support/paths";
import { packageVersion } from "../../../sandbox/providers/shared/packageVersion";

describe("openEngine", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "nova-tracing-"));
  const usersHome = path.join(folder, "users-pulumi-home");
  const paths = sandboxPaths({ XDG_CACHE_HOME: path.join(folder, "cache") });
  const before = process.env.PULUMI_HOME;

  beforeEach(() => {
    process.env.PULUMI_HOME = usersHome;
  });
  afterEach(() => {
    if (before === undefined) delete process.env.PULUMI_HOME;
    else process.env.PULUMI_HOME = before;
    fs.rmSync(folder, { recursive: true, force: true });
  });

  async function open(): Promise<{ lines: string[]; environment: NodeJS.ProcessEnv }> {
    const lines: string[] = [];
    const { environment } = await openEngine(paths, "/tools/pulumi", "/cluster/kubeconfig", (line) =>
      lines.push(line),
    );
    return { lines, environment };
  }

  it("uses the vendor's plugin that the user has, and stand-ins for the others", async () => {
    const version = packageVersion("@pulumi/kubernetes");
    const plugin = path.join(usersHome, "plugins", `resource-kubernetes-v${version}`);
    fs.mkdirSync(plugin, { recursive: true });
    fs.writeFileSync(path.join(plugin, "pulumi-resource-kubernetes"), "#!/bin/sh\nexit 0\n", { mode: 0o755 });
    const { lines, environment } = await open();
    assert.equal(lines[0], `the vendor's own: pulumi-resource-kubernetes ${version}`);
    assert.match(lines[1] ?? "", /^stand-ins, .*pulumi-resource-random/);
    const seen = path.join(environment.PULUMI_HOME ?? "", "plugins", `resource-kubernetes-v${version}`);
    assert.equal(fs.realpathSync(seen), fs.realpathSync(plugin));
    assert.deepEqual(
      fs.readdirSync(plugin),
      ["pulumi-resource-kubernetes"],
      "the user's folder is only read",
    );
  });

  it("keeps Pulumi's home, its state and the cluster apart from the user's own", async () => {
    const { environment } = await open();
    assert.ok(environment.PULUMI_HOME?.startsWith(paths.state));
    assert.ok(environment.PULUMI_BACKEND_URL?.startsWith(`file://${paths.state}`));
    assert.equal(environment.KUBECONFIG, "/cluster/kubeconfig");
    const passphrase = fs.statSync(environment.PULUMI_CONFIG_PASSPHRASE_FILE ?? "");
    assert.equal(passphrase.mode & 0o777, 0o600);
    assert.equal(fs.existsSync(usersHome), false);
  });
});
