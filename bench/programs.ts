import * as fs from "node:fs";
import * as path from "node:path";
import { openProject, tracingProject, type SandboxProject } from "../sandbox/stack/deploy";
import type { Engine } from "../sandbox/stack/engine";
import type { StackConfig } from "../sandbox/stack/overlay";
import { handedConfig, viewedConfig } from "../sandbox/stack/view";
import { projectFolder, type Paths } from "../sandbox/support/paths";
import { run } from "../sandbox/support/process";
import type { FlatResource } from "./flat";
import type { Given } from "./record";

/** The stack that is measured: the one with the most objects. */
export const stack = "production";

/** A program that is ready to be previewed. */
export interface Program {
  readonly folder: string;
  readonly stack: string;
}

/** The program itself with as many services, those that the stack file ships among them. */
export async function realProgram(engine: Engine, paths: Paths, services: number): Promise<Program> {
  return { folder: await openProject(engine, paths, project(services)), stack };
}

/** A program that registers the same resources, and does nothing else. */
export async function flatProgram(
  engine: Engine,
  folder: string,
  services: number,
): Promise<{ readonly program: Program; readonly resources: readonly FlatResource[] }> {
  const root = path.join(folder, `flat-${services}`);
  fs.cpSync(path.join(__dirname, "flat"), root, { recursive: true });
  for (const name of ["node_modules", "tsconfig.json", "tsconfig.pulumi.json"])
    fs.symlinkSync(path.join(projectFolder, name), path.join(root, name));
  const file = path.join(root, "resources.json");
  const resources = await recordProgram(project(services), root, file);
  const flatStack = `services-${services}`;
  await engine.pulumi(root, ["stack", "init", flatStack]);
  await engine.pulumi(root, ["config", "set", "resources", file, "-s", flatStack]);
  return { program: { folder: root, stack: flatStack }, resources };
}

function project(services: number): SandboxProject {
  const shipped = { ...tracingProject(stack), overlay: {} };
  const named = (viewedConfig(shipped)["nova-tracing:services"] ?? {}) as Record<string, unknown>;
  const more = Array.from({ length: services - Object.keys(named).length }, (_, index) => [
    `service-${String(index + 1).padStart(4, "0")}`,
    { version: "1.0.0" },
  ]);
  const overlay: StackConfig = { "nova-tracing:services": Object.fromEntries(more) as unknown };
  return { ...shipped, overlay };
}

async function recordProgram(viewed: SandboxProject, folder: string, file: string): Promise<FlatResource[]> {
  const given: Given = handedConfig(viewed);
  const givenFile = path.join(folder, "given.json");
  fs.writeFileSync(givenFile, JSON.stringify(given));
  const script = path.join(__dirname, "record.ts");
  await run(
    process.execPath,
    ["-r", "ts-node/register/transpile-only", script, viewed.stack, givenFile, file],
    { cwd: projectFolder },
  );
  return JSON.parse(fs.readFileSync(file, "utf8")) as FlatResource[];
}
