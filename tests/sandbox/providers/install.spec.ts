import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installStandIns, type InstalledPlugin } from "../../../sandbox/providers/install";

const sdkVersion = (name: string): string => {
  const manifest = readFileSync(join(__dirname, "../../../node_modules", name, "package.json"), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
};

describe("installing the stand-ins", function () {
  // Compiling takes seconds on a busy machine.
  this.timeout(30_000);
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "stand-ins-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function install(): Promise<InstalledPlugin[]> {
    return installStandIns({
      pulumiHome: join(folder, "home"),
      cacheFolder: join(folder, "cache"),
      log: () => undefined,
    });
  }

  it("puts each plugin where the engine looks for the version that the SDK asks for", async () => {
    const plugins = join(folder, "home", "plugins");
    await install();
    assert.deepEqual(readdirSync(plugins).sort(), [
      `language-nodejs-v${sdkVersion("@pulumi/pulumi")}`,
      `resource-kubernetes-cert-manager-v${sdkVersion("@pulumi/kubernetes-cert-manager")}`,
      `resource-kubernetes-v${sdkVersion("@pulumi/kubernetes")}`,
      `resource-random-v${sdkVersion("@pulumi/random")}`,
    ]);
  });

  it("compiles once for the same sources", async () => {
    await install();
    const compiled = readdirSync(join(folder, "cache"));
    await install();
    assert.deepEqual(readdirSync(join(folder, "cache")), compiled);
    assert.equal(compiled.length, 1);
  });

  it("leaves the vendor's plugin as it is, and its own stand-in replaceable", async () => {
    const [, kubernetes] = await install();
    assert.ok(kubernetes?.isStandIn);
    const executable = join(kubernetes.folder, kubernetes.executable);
    const launcher = readFileSync(executable, "utf8");
    assert.equal((await install())[1]?.isStandIn, true);
    writeFileSync(executable, "\u007fELF the vendor's");
    assert.equal((await install())[1]?.isStandIn, false);
    assert.notEqual(readFileSync(executable, "utf8"), launcher);
  });

  it("leaves a vendor's language host on PATH in charge", async () => {
    const bin = join(folder, "bin");
    mkdirSync(bin);
    writeFileSync(join(bin, "pulumi-language-nodejs"), "the vendor's");
    chmodSync(join(bin, "pulumi-language-nodejs"), 0o755);
    const path = process.env["PATH"];
    process.env["PATH"] = `${bin}:${path ?? ""}`;
    try {
      const [language] = await install();
      assert.deepEqual([language?.isStandIn, language?.folder], [false, bin]);
      assert.ok(
        !existsSync(join(folder, "home", "plugins", `language-nodejs-v${sdkVersion("@pulumi/pulumi")}`)),
      );
    } finally {
      process.env["PATH"] = path;
    }
  });

  it("makes plugins that start by themselves and print their port", async () => {
    for (const plugin of await install()) {
      const child = spawn(join(plugin.folder, plugin.executable), ["127.0.0.1:1"], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      const line = await new Promise<string>((resolve) => {
        child.stdout.once("data", (chunk: Buffer) => {
          resolve(chunk.toString());
        });
      });
      child.kill("SIGTERM");
      assert.match(line, /^\d+\n$/, plugin.executable);
    }
  });
});
