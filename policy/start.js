// @ts-check
"use strict";

/**
 * Starts the pack: what package.json names as its main file.
 *
 * The policy host has ts-node check the types of a pack each time it starts one, whatever tsconfig.json says, which
 * takes longer than all that the pack does in a preview. Types are checked by `npm run check`; here they are taken off,
 * once for each change of a file: the result is kept below node_modules, by the content of the file that it comes from.
 */
const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const path = require("node:path");
const { version } = require("typescript/package.json");

const cache = path.join(
  path.dirname(require.resolve("typescript/package.json")),
  "../.cache/nova-tracing-policy",
);

/**
 * JavaScript of a file of the pack.
 * @param {string} file
 * @returns {string}
 */
function compiled(file) {
  const source = readFileSync(file, "utf8");
  const content = JSON.stringify([version, "CommonJS", "ES2022", source]);
  const kept = path.join(cache, `${createHash("sha256").update(content).digest("hex")}.js`);
  try {
    return readFileSync(kept, "utf8");
  } catch {
    // Loaded only here: the compiler alone takes longer to load than all that was kept.
    const { transpileModule, ModuleKind, ScriptTarget } = require("typescript");
    const compilerOptions = {
      module: ModuleKind.CommonJS,
      target: ScriptTarget.ES2022,
      esModuleInterop: true,
    };
    const { outputText } = transpileModule(source, { compilerOptions, fileName: file });
    keep(kept, outputText);
    return outputText;
  }
}

/**
 * Several hosts may start at once: each finds a whole file, or none.
 * @param {string} file
 * @param {string} text
 */
function keep(file, text) {
  const partial = `${file}.${process.pid}`;
  try {
    mkdirSync(cache, { recursive: true });
    writeFileSync(partial, text);
    renameSync(partial, file);
  } catch {
    // Where node_modules cannot be written, every start compiles.
  }
}

// Deprecated and here to stay: ts-node, which the host has put here before, does the same.
require.extensions[".ts"] = (module, file) => {
  /** @type {NodeModule & { _compile(code: string, file: string): void }} */ (module)._compile(
    compiled(file),
    file,
  );
};

require("./index.ts");
