import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { projectFolder } from "../support/paths";
import type { Image } from "./archive";
import type { Layer } from "./layer";
import { nodeLayer } from "./nodeLayer";
import { productionClosure, type InstalledPackage } from "./nodeModules";

const library = "@nova/opentelemetry-config";
const libraryFolder = path.join(projectFolder, "packages/opentelemetry-config");
const servicesFolder = path.join(projectFolder, "sandbox/demo/services");

/** The image of the four demo services; its tag changes with its content, so that a change rolls their pods. */
export function demoImage(): Image {
  const layers = [nodeLayer(), packagesLayer(), servicesLayer()];
  const tag = createHash("sha256")
    .update(layers.map(({ identity }) => identity).join("\0"))
    .digest("hex")
    .slice(0, 12);
  return { name: `docker.io/nova-tracing/demo:${tag}`, layers, command: ["/usr/local/bin/node"] };
}

/** Third-party packages, as they are installed here: npm checked them against the lockfile. */
function packagesLayer(): Layer {
  const needed = productionClosure(projectFolder, [library, "@grpc/proto-loader"]).filter(
    ({ name }) => name !== library,
  );
  const describe = ({ folder, version }: InstalledPackage): string => `${folder}@${version}`;
  return {
    name: "demo-packages",
    identity: needed.map(describe).join(" "),
    fill: (root) => {
      for (const { folder } of needed) {
        const source = path.join(projectFolder, folder);
        fs.cpSync(source, path.join(root, "app", folder), {
          recursive: true,
          dereference: true,
          filter: (file) => isRuntimeFile(source, file),
        });
      }
      return Promise.resolve();
    },
  };
}

/** Types, source maps and nested packages (which are entries of their own) are of no use at run time. */
function isRuntimeFile(packageFolder: string, file: string): boolean {
  const relative = path.relative(packageFolder, file);
  return !relative.split(path.sep).includes("node_modules") && !/\.(d\.[cm]?ts|map|md)$/.test(relative);
}

/** The library and the services, as plain JavaScript. */
function servicesLayer(): Layer {
  const sources = [...filesBelow(path.join(libraryFolder, "src")), ...filesBelow(servicesFolder)];
  const manifest = path.join(libraryFolder, "package.json");
  const content = createHash("sha256");
  for (const file of [...sources, manifest])
    content.update(`${path.relative(projectFolder, file)}\0`).update(fs.readFileSync(file));
  return {
    name: "demo-services",
    identity: content.digest("hex"),
    fill: async (root) => {
      const installed = path.join(root, "app/node_modules", library);
      for (const file of sources) {
        const target = file.startsWith(servicesFolder)
          ? path.join(root, "app/demo", path.relative(servicesFolder, file))
          : path.join(installed, path.relative(libraryFolder, file));
        await writeForNode(file, target);
      }
      fs.writeFileSync(
        path.join(installed, "package.json"),
        fs.readFileSync(manifest, "utf8").replaceAll(/(src\/\w+)\.ts/g, "$1.js"),
      );
    },
  };
}

async function writeForNode(source: string, target: string): Promise<void> {
  const { transpileModule, ModuleKind, ScriptTarget } = (await import("typescript")).default;
  fs.mkdirSync(path.dirname(target), { recursive: true });
  const text = fs.readFileSync(source, "utf8");
  if (!source.endsWith(".ts")) {
    fs.writeFileSync(target, text);
    return;
  }
  const compilerOptions = { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022, esModuleInterop: true };
  fs.writeFileSync(
    target.replace(/\.ts$/, ".js"),
    transpileModule(text, { compilerOptions, fileName: source }).outputText,
  );
}

function filesBelow(folder: string): string[] {
  return fs
    .readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}
