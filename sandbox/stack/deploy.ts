import * as fs from "node:fs";
import * as path from "node:path";
import { sandboxJaegerVersion } from "../images/catalog";
import { SandboxError } from "../support/errors";
import { projectFolder, type Paths } from "../support/paths";
import type { Progress } from "../support/progress";
import type { Engine } from "./engine";
import { sandboxOverlay } from "./overlay";
import { madeUpSecret } from "./secrets";
import { missingSecretKeys, writeProjectView, type ViewedProject } from "./view";

/** A Pulumi project as the sandbox runs it. */
export interface SandboxProject extends ViewedProject {
  /** Name in its Pulumi.yaml. */
  readonly name: string;
}

/** The program itself. */
export function tracingProject(stack: string): SandboxProject {
  return {
    name: "nova-tracing",
    checkout: projectFolder,
    folder: "",
    stack,
    overlay: sandboxOverlay(stack, sandboxJaegerVersion()),
  };
}

/** The demo services. @param image name of their image */
export function demoProject(stack: string, image: string): SandboxProject {
  const settings = { image, tracingStack: `organization/nova-tracing/${stack}` };
  const overlay = Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [`nova-tracing-demo:${key}`, value]),
  );
  return { name: "nova-tracing-demo", checkout: projectFolder, folder: "sandbox/demo", stack, overlay };
}

/** How many resources were `created`, `updated`, `replaced`, `deleted` and left `unchanged`. */
export type Changes = Readonly<Record<string, number>>;

/**
 * Runs `pulumi up` on a project, with exactly the arguments that the README has for a user's own cluster.
 * @throws SandboxError with all that Pulumi printed
 */
export async function deploy(
  engine: Engine,
  paths: Paths,
  project: SandboxProject,
  { progress, signal }: { readonly progress: Progress; readonly signal: AbortSignal },
  options: readonly string[] = [],
): Promise<Changes> {
  const { name, stack } = project;
  return progress.step(
    ["pulumi up -s", stack, ...options, name === "nova-tracing" ? "" : `(${name})`].join(" ").trim(),
    async (note) => {
      const folder = await openProject(engine, paths, project);
      const { code, stdout, stderr } = await engine.pulumi(folder, ["up", "-s", stack, "--yes", ...options], {
        okCodes: [0, 1, 255],
        signal,
        onLine: (line) => {
          const resource = /^ [+~-].*?(\S+) (creating|created|updating|updated|deleting|deleted)/.exec(line);
          if (resource) note(`${resource[1] ?? ""} ${resource[2] ?? ""}`);
        },
      });
      if (code !== 0)
        throw new SandboxError(`pulumi up of ${name}, stack ${stack}, failed:\n${(stdout + stderr).trim()}`);
      const changes = changesOf(stdout);
      note(
        Object.entries(changes)
          .map(([what, count]) => `${count} ${what}`)
          .join(", "),
      );
      return changes;
    },
  );
}

/** The folder to run Pulumi in for a project; its stack and its secrets are made at the first time. */
export async function openProject(engine: Engine, paths: Paths, project: SandboxProject): Promise<string> {
  const { name, stack } = project;
  const folder = writeProjectView(viewFolder(paths, project), project);
  const stackState = path.join(paths.state, "pulumi-backend", ".pulumi", "stacks", name, `${stack}.json`);
  if (!fs.existsSync(stackState)) await engine.pulumi(folder, ["stack", "select", "--create", stack]);
  for (const key of missingSecretKeys(folder, project)) {
    // By standard input: arguments can be read by every user of the machine.
    await engine.pulumi(folder, ["config", "set", "--secret", key, "-s", stack], { input: madeUpSecret() });
  }
  return folder;
}

/** The outputs of a project's stack, which has been deployed. */
export async function outputsOf(
  engine: Engine,
  paths: Paths,
  project: SandboxProject,
): Promise<Record<string, unknown>> {
  // Only read: the view may be in use by an update.
  const folder = path.join(viewFolder(paths, project), project.folder);
  if (!fs.existsSync(folder))
    throw new SandboxError(`The stack ${project.stack} is not deployed. Deploy it with: npm start`);
  const { stdout } = await engine.pulumi(folder, ["stack", "output", "--json", "-s", project.stack]);
  return JSON.parse(stdout) as Record<string, unknown>;
}

function viewFolder(paths: Paths, { name }: SandboxProject): string {
  return path.join(paths.state, "projects", name);
}

/** Counts in the summary that ends the output of `pulumi up`. */
export function changesOf(output: string): Changes {
  const start = output.lastIndexOf("Resources:");
  const counts: Record<string, number> = {};
  if (start < 0) return counts;
  for (const [, count, what] of output
    .slice(start)
    .matchAll(/^ +(?:[+~-]+ ?|\d+ changes?\. )?(\d+) (created|updated|replaced|deleted|unchanged)$/gm)) {
    if (what) counts[what] = Number(count);
  }
  return counts;
}
