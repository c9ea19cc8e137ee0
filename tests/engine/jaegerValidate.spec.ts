import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { allInOneConfig } from "../../components/jaeger/allInOneConfig";
import { collectorConfig } from "../../components/jaeger/collectorConfig";
import { queryConfig } from "../../components/jaeger/queryConfig";
import { renderYaml, type YamlMap } from "../../components/jaeger/sharedConfig";
import { jaegerDialect } from "../../components/jaeger/version";
import { sandboxPaths } from "../../sandbox/support/paths";
import { lineProgress } from "../../sandbox/support/progress";
import { ensureToolchain } from "../../sandbox/toolchain/toolchain";
import { connection, mechanisms, versions } from "../components/jaeger/support/distributed";
import { put, type Path } from "../support/document";

// Every kind of configuration, judged by Jaeger itself: the release that the sandbox can build (2.13). It checks keys
// and values, not what Jaeger does with them, and it reads no file that they name. The keys that only later releases
// have are from documentation: of their documents, everything else is judged.

const store: Path = ["extensions", "jaeger_storage", "backends", "main", "elasticsearch"];
const traceSizeKey: Path = ["extensions", "jaeger_query", "max_trace_size"];

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

  function assertTaken(document: YamlMap): void {
    const { status, output } = validate(document);
    assert.equal(status, 0, output);
  }

  const input = { maxTraces: 1342, samplingPath: "/etc/jaeger/sampling/strategies.json" };
  for (const legacyReceiver of [false, true]) {
    const receiver = `${legacyReceiver ? "with" : "without"} the legacy receiver`;
    it(`takes the all-in-one configuration ${receiver}`, () => {
      assertTaken(allInOneConfig({ ...input, legacyReceiver }));
      assertTaken(allInOneConfig({ ...input, legacyReceiver, spanMetrics: true }));
    });
    for (const mechanism of mechanisms) {
      it(`takes the configuration of a collector of 2.13 with ${mechanism}, ${receiver}`, () => {
        assertTaken(collector("2.13.0", mechanism, legacyReceiver));
        assertTaken(collector("2.13.0", mechanism, legacyReceiver, true));
      });
    }
  }

  for (const mechanism of mechanisms) {
    it(`takes the configuration of a query of 2.13 with ${mechanism}`, () => {
      assertTaken(query("2.13.0", mechanism));
    });
    it(`takes both without an authority of their own, with ${mechanism}`, () => {
      const plain = connection(mechanism, { authoritySecret: undefined });
      assertTaken(
        collectorConfig({
          ...input,
          version: "2.13.0",
          connection: plain,
          memoryLimit: "1Gi",
          legacyReceiver: false,
        }),
      );
      assertTaken(
        queryConfig({ version: "2.13.0", connection: plain, uiConfigPath: "/etc/jaeger/config/ui.json" }),
      );
    });
  }

  for (const version of versions.filter((each) => jaegerDialect(each).evidence !== "test")) {
    for (const mechanism of mechanisms) {
      for (const [role, render, keys] of [
        ["collector", collector, storeKeys(version)],
        ["query", query, [...storeKeys(version), traceSizeKey]],
      ] as const) {
        it(`takes everything in the configuration of a ${role} of ${version} with ${mechanism} but its new keys`, () => {
          assertTaken(without(render(version, mechanism), keys));
          if (role === "collector") assertTaken(without(render(version, mechanism, false, true), keys));
        });
        for (const key of keys) {
          const name = String(key.at(-1));
          it(`refuses ${key.slice(-2).join(".")} of ${version} (${role}, ${mechanism}): it knows a wrong key when it sees one`, () => {
            const others = keys.filter((other) => other !== key);
            const { status, output } = validate(without(render(version, mechanism), others));
            assert.notEqual(status, 0);
            assert.match(output, new RegExp(`invalid keys: ${name}\\b`));
          });
        }
      }
    }
  }

  it("would say so if a key were wrong", () => {
    const document = allInOneConfig({ ...input, legacyReceiver: false });
    const processors = { ...(document.processors as YamlMap), batch: { timeut: "200ms" } };
    const { status, output } = validate({ ...document, processors });
    assert.notEqual(status, 0);
    assert.match(output, /timeut/);
  });

  function collector(
    version: string,
    mechanism: "cleaner" | "ilm",
    legacyReceiver = false,
    spanMetrics = false,
  ): YamlMap {
    const common = { ...input, version, legacyReceiver, spanMetrics, memoryLimit: "1Gi" };
    return collectorConfig({ ...common, connection: connection(mechanism) });
  }
});

function query(version: string, mechanism: "cleaner" | "ilm"): YamlMap {
  return queryConfig({
    version,
    connection: connection(mechanism),
    uiConfigPath: "/etc/jaeger/config/ui.json",
  });
}

/** The keys of a backend that 2.13 does not know. */
function storeKeys(version: string): Path[] {
  const rotations = ["spans", "services", "dependencies"].map((kind) => [
    ...store,
    "indices",
    kind,
    "rotation",
  ]);
  const writes = ["write_mode", "poison_pill_handling"].map((key) => [...store, key]);
  return [...rotations, ...(version === "2.22.0" ? writes : [])];
}

function without(document: YamlMap, keys: readonly Path[]): YamlMap {
  // The three kinds of index share one object.
  const copy = JSON.parse(JSON.stringify(document)) as YamlMap;
  for (const key of keys) put(copy, key, undefined);
  return copy;
}
