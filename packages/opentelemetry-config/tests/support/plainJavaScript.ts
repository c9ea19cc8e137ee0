import * as fs from "node:fs";
import * as path from "node:path";
import * as ts from "typescript";

const LIBRARY = path.join(__dirname, "..", "..");
// Inside the library's folder, so that Node.js finds the library's own versions of its dependencies from there.
const OUTPUT = path.join(LIBRARY, "node_modules", ".cache", "plain-javascript");

let emitted = false;

/**
 * Programs and the library as an image holds them: plain JavaScript, with the .proto files beside it. It is also
 * what makes processes start fast.
 * @param folder with the TypeScript programs
 * @returns the folder with the JavaScript programs
 */
export function emitPlainJavaScript(folder: string): string {
  if (!emitted)
    emit(path.join(LIBRARY, "src"), path.join(OUTPUT, "node_modules", "@nova", "opentelemetry-config"));
  emitted = true;
  const programs = path.join(OUTPUT, path.basename(folder));
  emit(folder, programs);
  return programs;
}

function emit(from: string, to: string): void {
  fs.rmSync(to, { recursive: true, force: true });
  fs.mkdirSync(to, { recursive: true });
  for (const entry of fs.readdirSync(from, { withFileTypes: true })) {
    const source = path.join(from, entry.name);
    const target = path.join(to, entry.name);
    if (entry.isDirectory()) emit(source, target);
    else if (entry.name.endsWith(".ts")) fs.writeFileSync(target.replace(/\.ts$/, ".js"), transpile(source));
    else fs.copyFileSync(source, target);
  }
}

function transpile(file: string): string {
  const compilerOptions: ts.CompilerOptions = {
    module: ts.ModuleKind.CommonJS,
    target: ts.ScriptTarget.ES2022,
    esModuleInterop: true,
  };
  return ts.transpileModule(fs.readFileSync(file, "utf8"), { compilerOptions }).outputText;
}
