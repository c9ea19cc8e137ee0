import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";

/** A wrapper module in `modules/`: its go.mod says what is built, its go.sum what that may be made of. */
export interface GoModule {
  readonly name: string;
  /** Folder with go.mod and go.sum. */
  readonly folder: string;
  /** Version of the module that the wrapper exists for, without the leading `v`. */
  readonly version: string;
  /** Packages of the go.mod's `tool` lines; binaryName() tells how each binary is named. */
  readonly packages: readonly string[];
  readonly ldflags: string;
  /** All options of `go build` but ldflags and the output. */
  readonly flags: readonly string[];
  /** Changes whenever the result may: go.mod, go.sum, programs of the wrapper's own, flags. */
  readonly key: string;
}

/** Options that every binary is built with: reproducible, static, and only what go.sum lists. */
export const buildFlags = ["-trimpath", "-mod=readonly"] as const;

interface Wrapper {
  /** The required module whose version counts. */
  readonly of: string;
  /** Linker variable that the version is written to, where the binary does not know it otherwise. */
  readonly versionVariable?: string;
  /** Build tags, with commas in between. @default none */
  readonly tags?: string;
}

const wrappers = {
  pulumi: {
    of: "github.com/pulumi/pulumi/pkg/v3",
    // Without it the CLI calls itself 3.0.0 and the SDK refuses to talk to it.
    versionVariable: "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version",
  },
  kubernetes: { of: "k8s.io/kubernetes", versionVariable: "k8s.io/component-base/version.gitVersion" },
  coredns: { of: "github.com/coredns/coredns" },
  jaeger: { of: "github.com/jaegertracing/jaeger" },
  certManager: {
    of: "github.com/cert-manager/cert-manager",
    versionVariable: "github.com/cert-manager/cert-manager/pkg/util.AppVersion",
  },
  oauth2Proxy: {
    of: "github.com/oauth2-proxy/oauth2-proxy/v7",
    versionVariable: "github.com/oauth2-proxy/oauth2-proxy/v7/pkg/version.VERSION",
  },
  kubeScore: { of: "github.com/zegl/kube-score", versionVariable: "main.version" },
  // Every component has the distribution's version; the redaction is what the distribution is taken for.
  collectorContrib: {
    of: "github.com/open-telemetry/opentelemetry-collector-contrib/processor/redactionprocessor",
    versionVariable: "main.version",
  },
  kubeStateMetrics: {
    of: "k8s.io/kube-state-metrics/v2",
    versionVariable: "github.com/prometheus/common/version.Version",
  },
  // Without the discovery of clouds, which is most of it; and without its pages, which are in no registry.
  prometheus: { of: "github.com/prometheus/prometheus", tags: "remove_all_sd,enable_kubernetes_sd" },
} satisfies Record<string, Wrapper>;

export type GoModuleName = keyof typeof wrappers;

/** Reads a wrapper module. @throws Error where its go.mod lacks the module or its tools */
export function readGoModule(name: GoModuleName, modulesFolder = path.join(__dirname, "modules")): GoModule {
  const folder = path.join(modulesFolder, name);
  const goMod = fs.readFileSync(path.join(folder, "go.mod"), "utf8");
  const goSum = fs.readFileSync(path.join(folder, "go.sum"), "utf8");
  const wrapper: Wrapper = wrappers[name];
  const version = new RegExp(`^(?:require )?\\s*${escape(wrapper.of)} v(\\S+)`, "m").exec(goMod)?.[1];
  const packages = toolPackages(goMod);
  if (!version || packages.length === 0) {
    throw new Error(`${folder}/go.mod: needs a requirement of ${wrapper.of} and at least one tool line`);
  }
  const prefix = name === "pulumi" ? "" : "v";
  const ldflags = [
    "-s",
    "-w",
    ...(wrapper.versionVariable ? [`-X ${wrapper.versionVariable}=${prefix}${version}`] : []),
  ].join(" ");
  const flags = [...buildFlags, ...(wrapper.tags === undefined ? [] : ["-tags", wrapper.tags])];
  const key = createHash("sha256")
    .update([goMod, goSum, ...ownSources(folder), ldflags, ...flags].join("\0"))
    .digest("hex")
    .slice(0, 12);
  return { name, folder, version, packages, ldflags, flags, key };
}

/** Programs in the wrapper itself, where what is to be built has no main package that a registry serves. */
function ownSources(folder: string): string[] {
  return fs
    .readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".go"))
    .sort()
    .map((file) => fs.readFileSync(path.join(folder, file), "utf8"));
}

/** As Go names it: the last part of the package's path that is no major version. */
export function binaryName(goPackage: string): string {
  return path.posix.basename(goPackage.replace(/\/v\d+$/, ""));
}

/** The packages of `tool X` lines and `tool ( … )` blocks. */
function toolPackages(goMod: string): string[] {
  const blocks = [...goMod.matchAll(/^tool \(\n([\s\S]*?)^\)/gm)].flatMap(([, block = ""]) =>
    block.split("\n"),
  );
  const lines = [...goMod.matchAll(/^tool ([^(\s].*)$/gm)].map(([, line = ""]) => line);
  return [...blocks, ...lines].map((line) => line.replace(/\/\/ .*$/, "").trim()).filter(Boolean);
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}
