// The repository runs the TypeScript sources, an image runs dist/: with this manifest dist/ is the package,
// to be copied to node_modules/@nova/opentelemetry-config.
import { readFileSync, writeFileSync } from "node:fs";

const folder = new URL(".", import.meta.url);
const {
  name,
  version,
  private: isPrivate,
  description,
  license,
  engines,
  dependencies,
} = JSON.parse(readFileSync(new URL("package.json", folder), "utf8"));
const manifest = {
  name,
  version,
  private: isPrivate,
  description,
  license,
  main: "index.js",
  types: "index.d.ts",
  exports: {
    ".": { types: "./index.d.ts", default: "./index.js" },
    "./register": { types: "./register.d.ts", default: "./register.js" },
    "./package.json": "./package.json",
  },
  engines,
  dependencies,
};
writeFileSync(new URL("dist/package.json", folder), `${JSON.stringify(manifest, undefined, 2)}\n`);
