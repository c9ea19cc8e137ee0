import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { allInOneConfig } from "../../components/jaeger/allInOneConfig";
import { renderYaml, type YamlMap } from "../../components/jaeger/sharedConfig";
import { sandboxPaths } from "../../sandbox/support/paths";
import { lineProgress } from "../../sandbox/support/progress";
import { ensureToolchain } from "../../sandbox/toolchain/toolchain";

// Every kind of configuration, judged by Jaeger itself: the release that the sandbox can build (2.13). It checks keys
// and values, not what Jaeger does with them.

describe("Jaeger's own validate", function () {
  this.timeout(45 * 60_000); // A cold machine builds its tools here.
  let jaeger = "";
  let folder = "";
  before(async () => {
    ({ jaeger } = await ensureToolchain(sandboxPaths(), lineProgress()));
    folder = mkdtempSync(join(tmpdir(), "nova-tracing-"));
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function validate(document: YamlMap): { readonly status: number | null; readonly output: string } {
    const file = join(folder, "config.yaml");
    writeFileSync(file, renderYaml(document));
    const { status, stderr } = spawnSync(jaeger, ["validate", `--config=${file}`], { encoding: "utf8" });
    return { status, output: stderr };
  }

  const input = { maxTraces: 1342, samplingPath: "/etc/jaeger/sampling/strategies.json" };
  for (const legacyReceiver of [false, true]) {
    it(`takes the all-in-one configuration ${legacyReceiver ? "with" : "without"} the legacy receiver`, () => {
      const { status, output } = validate(allInOneConfig({ ...input, legacyReceiver }));
      assert.equal(status, 0, output);
    });
  }

  it("would say so if a key were wrong", () => {
    const document = allInOneConfig({ ...input, legacyReceiver: false });
    const processors = { ...(document.processors as YamlMap), batch: { timeut: "200ms" } };
    const { status, output } = validate({ ...document, processors });
    assert.notEqual(status, 0);
    assert.match(output, /timeut/);
  });
});
