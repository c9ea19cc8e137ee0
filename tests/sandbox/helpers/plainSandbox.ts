import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import ts from "typescript";

const projectFolder = path.join(__dirname, "..", "..", "..");
const cacheFolder = path.join(projectFolder, "node_modules/.cache/plain-sandbox");
let emitted: string | undefined;

/**
 * The sandbox as plain JavaScript in a checkout-like folder that any user may read: a child process that compiles
 * TypeScript first takes seconds, and there are many of them. Made once for all specs, gone when they end.
 * @returns path of its `sandbox` folder
 */
export function plainSandbox(): string {
  if (emitted === undefined) {
    const root = fs.mkdtempSync(path.join(os.tmpdir(), "nova-tracing-plain-"));
    process.once("exit", () => {
      fs.rmSync(root, { recursive: true, force: true });
    });
    fs.chmodSync(root, 0o755);
    fs.symlinkSync(path.join(projectFolder, "node_modules"), path.join(root, "node_modules"));
    // The program's names of images are in its components.
    for (const folder of ["sandbox", "components"])
      emit(path.join(projectFolder, folder), path.join(root, folder));
    emitted = path.join(root, "sandbox");
  }
  return emitted;
}

function emit(from: string, to: string): void {
  fs.mkdirSync(to, { recursive: true });
  for (const entry of fs.readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)];
    if (entry.isDirectory()) emit(source, target);
    else if (entry.name.endsWith(".ts")) fs.writeFileSync(target.replace(/\.ts$/, ".js"), transpile(source));
    else fs.copyFileSync(source, target);
  }
}

/** Compiling all of it takes more than a second, so what was compiled is kept, by content. */
function transpile(file: string): string {
  const source = fs.readFileSync(file, "utf8");
  const key = createHash("sha256").update(`${ts.version}\0${source}`).digest("hex");
  const kept = path.join(cacheFolder, `${key}.js`);
  if (fs.existsSync(kept)) return fs.readFileSync(kept, "utf8");
  const compilerOptions: ts.CompilerOptions = {
    module: ts.ModuleKind.CommonJS,
    target: ts.ScriptTarget.ES2022,
    esModuleInterop: true,
  };
  const { outputText } = ts.transpileModule(source, { compilerOptions });
  fs.mkdirSync(cacheFolder, { recursive: true });
  // Two runs at once may write the same file: each gives it its name only when it is whole.
  const partial = `${kept}.${process.pid}`;
  fs.writeFileSync(partial, outputText);
  fs.renameSync(partial, kept);
  return outputText;
}
