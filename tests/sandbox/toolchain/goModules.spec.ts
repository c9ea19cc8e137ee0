// Proves how the wrapper modules are read. That they build, only a cold start of the sandbox shows.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import {
  binaryName,
  buildFlags,
  readGoModule,
  type GoModuleName,
} from "../../../sandbox/toolchain/goModules";
import { gatewayVersion } from "../../../components/jaeger/gatewayImage";
import { useTemporaryFolder, writeFile } from "../helpers/temporaryFolder";

const modulesFolder = path.join(__dirname, "../../../sandbox/toolchain/modules");
const shipped: readonly GoModuleName[] = [
  "pulumi",
  "kubernetes",
  "coredns",
  "jaeger",
  "certManager",
  "collectorContrib",
  "oauth2Proxy",
  "kubeScore",
  "kubeStateMetrics",
  "prometheus",
];

const goMod = (lines: string): string => `module example.test/wrapper\n\ngo 1.24\n\n${lines}\n`;
const coredns = (version: string): string =>
  goMod(`tool github.com/coredns/coredns\n\nrequire github.com/coredns/coredns v${version}`);

describe("toolchain/goModules: the shipped modules", () => {
  for (const name of shipped) {
    it(`has a wrapper ${name} whose go.sum pins the version that go.mod requires`, () => {
      const { folder, version, packages } = readGoModule(name);
      assert.equal(folder, path.join(modulesFolder, name));
      assert.match(version, /^\d+\.\d+\.\d+$/);
      const sums = fs.readFileSync(path.join(folder, "go.sum"), "utf8").split("\n");
      for (const goPackage of packages) {
        const pinned = sums.some((line) => {
          const [module = "", pin = ""] = line.split(" ");
          if (pin !== `v${version}`) return false;
          // A program of the wrapper's own is made of a module that no tool line names.
          const isOwn = goPackage.startsWith("nova.example/");
          return isOwn || goPackage === module || goPackage.startsWith(`${module}/`);
        });
        assert.ok(pinned, `${goPackage} at v${version} is not in go.sum`);
      }
    });
  }

  it("knows every folder below modules; crds alone is only read (crds.ts)", () => {
    assert.deepEqual(fs.readdirSync(modulesFolder).sort(), ["crds", ...shipped].sort());
  });

  it("builds the CLI in the version of the SDK that the program is written with", () => {
    const { dependencies } = JSON.parse(
      fs.readFileSync(path.join(__dirname, "../../../package.json"), "utf8"),
    ) as { dependencies: Record<string, string> };
    assert.equal(readGoModule("pulumi").version, dependencies["@pulumi/pulumi"]);
  });

  it("builds the gateway from components of one release of the distribution, that of its image", () => {
    const { folder, version } = readGoModule("collectorContrib");
    assert.equal(version, gatewayVersion);
    const goMod = fs.readFileSync(path.join(folder, "go.mod"), "utf8");
    const contrib = [...goMod.matchAll(/opentelemetry-collector-contrib\/\S+ v(\S+)/g)].map(
      ([, found]) => found,
    );
    assert.ok(contrib.length > 5);
    assert.deepEqual([...new Set(contrib)], [gatewayVersion]);
  });

  it("replaces the staging modules of Kubernetes by those of the same release", () => {
    const text = fs.readFileSync(path.join(modulesFolder, "kubernetes/go.mod"), "utf8");
    const minor = readGoModule("kubernetes").version.replace(/^1\./, "0.");
    const replaced = [...text.matchAll(/^\tk8s\.io\/\S+ => k8s\.io\/\S+ v(\S+)$/gm)].map(
      ([, version]) => version,
    );
    assert.ok(replaced.length > 20);
    assert.deepEqual(new Set(replaced), new Set([minor]));
  });

  it("builds from one module what the cluster needs of it", () => {
    const names = (name: GoModuleName): string[] =>
      readGoModule(name)
        .packages.map((goPackage) => path.basename(goPackage))
        .sort();
    assert.deepEqual(names("pulumi"), ["pulumi"]);
    assert.deepEqual(names("coredns"), ["coredns"]);
    assert.deepEqual(names("jaeger"), ["es-index-cleaner", "es-rollover", "jaeger"]);
    assert.deepEqual(names("certManager"), ["cert-manager-controller"]);
    assert.deepEqual(names("kubernetes"), [
      "kube-apiserver",
      "kube-controller-manager",
      "kube-proxy",
      "kube-scheduler",
      "kubelet",
    ]);
  });

  it("names a binary as Go would, without a major version", () => {
    assert.deepEqual(readGoModule("oauth2Proxy").packages.map(binaryName), ["oauth2-proxy"]);
    assert.equal(binaryName("a.test/one/cmd/two"), "two");
  });

  it("tells binaries that do not know their version", () => {
    assert.match(readGoModule("pulumi").ldflags, /-X \S+\/version\.Version=\d/);
    assert.match(readGoModule("kubernetes").ldflags, /-X k8s\.io\/component-base\/version\.gitVersion=v\d/);
    assert.doesNotMatch(readGoModule("jaeger").ldflags, /-X/);
  });

  it("builds only from what go.sum lists, and without paths of this machine", () => {
    assert.deepEqual([...buildFlags].sort(), ["-mod=readonly", "-trimpath"]);
  });
});

describe("toolchain/goModules: reading", () => {
  const temporaryFolder = useTemporaryFolder();
  const write = (mod: string, sum = "sum\n"): void => {
    writeFile(path.join(temporaryFolder(), "coredns/go.mod"), mod);
    writeFile(path.join(temporaryFolder(), "coredns/go.sum"), sum);
  };
  const read = () => readGoModule("coredns", temporaryFolder());

  it("reads a requirement in a line of its own", () => {
    write(coredns("1.2.3"));
    assert.equal(read().version, "1.2.3");
  });

  it("reads a requirement in a block, and no other module whose name begins alike", () => {
    write(
      goMod(
        "tool github.com/coredns/coredns\n\nrequire (\n\tgithub.com/coredns/coredns-extra v9.9.9\n\tgithub.com/coredns/coredns v1.2.3 // indirect\n)",
      ),
    );
    assert.equal(read().version, "1.2.3");
  });

  it("reads tools in lines and in a block alike", () => {
    const requirement = "require github.com/coredns/coredns v1.2.3";
    write(goMod(`tool a.test/one\n\ntool a.test/two\n\n${requirement}`));
    assert.deepEqual(read().packages, ["a.test/one", "a.test/two"]);
    write(goMod(`tool (\n\ta.test/one\n\ta.test/two\n)\n\n${requirement}`));
    assert.deepEqual(read().packages, ["a.test/one", "a.test/two"]);
  });

  it("has the same key for the same files", () => {
    write(coredns("1.2.3"));
    const first = read().key;
    write(coredns("1.2.3"));
    assert.equal(read().key, first);
  });

  it("has another key for another version, another tool or another sum", () => {
    const keys = [
      [coredns("1.2.3"), "sum\n"],
      [coredns("1.2.4"), "sum\n"],
      [`${coredns("1.2.3")}\ntool a.test/more\n`, "sum\n"],
      [coredns("1.2.3"), "other sum\n"],
    ].map(([mod = "", sum = ""]) => {
      write(mod, sum);
      return read().key;
    });
    assert.equal(new Set(keys).size, keys.length);
  });

  it("has another key for another program of its own", () => {
    const program = (text: string): string => {
      write(coredns("1.2.3"));
      writeFile(path.join(temporaryFolder(), "coredns/program/main.go"), text);
      return read().key;
    };
    assert.notEqual(program("package main"), program("package main // changed"));
  });

  const faulty: readonly (readonly [string, string])[] = [
    ["the requirement", goMod("tool github.com/coredns/coredns")],
    [
      "the requirement, but for another major version",
      coredns("1.2.3").replaceAll("coredns v", "coredns/v2 v"),
    ],
    ["its tools", goMod("require github.com/coredns/coredns v1.2.3")],
    ["everything", ""],
  ];
  for (const [what, content] of faulty) {
    it(`refuses a go.mod without ${what}, and names file and need`, () => {
      write(content);
      assert.throws(read, (error) => {
        assert.ok(error instanceof Error);
        assert.ok(error.message.includes(path.join(temporaryFolder(), "coredns/go.mod")));
        assert.match(error.message, /github\.com\/coredns\/coredns.*tool/);
        return true;
      });
    });
  }
});
