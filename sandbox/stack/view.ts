import * as fs from "node:fs";
import * as path from "node:path";
import { parse, stringify } from "yaml";
import { messageOf, SandboxError } from "../support/errors";
import { merge, type StackConfig } from "./overlay";

/** A Pulumi project to look at through a view. */
export interface ViewedProject {
  /** The checkout that it belongs to. */
  readonly checkout: string;
  /** Its folder in the checkout; empty for the root. */
  readonly folder: string;
  readonly stack: string;
  /** Settings laid over the shipped stack file, where there is one. */
  readonly overlay: StackConfig;
}

/**
 * A folder that looks like the checkout, but with one stack file of its own: all else are links to the real one.
 * Pulumi writes its encryption salt into the stack file of the folder that it runs in, and the shipped files shall
 * not change because somebody tried the sandbox.
 * @param root the view; made, or brought up to date
 * @returns the project's folder in the view
 */
export function writeProjectView(root: string, project: ViewedProject): string {
  const steps = project.folder.split("/").filter(Boolean);
  let [from, to] = [project.checkout, root];
  removeLinks(root);
  linkEntries(from, to, steps[0]);
  for (const [index, step] of steps.entries()) {
    [from, to] = [path.join(from, step), path.join(to, step)];
    linkEntries(from, to, steps[index + 1]);
  }
  const file = `Pulumi.${project.stack}.yaml`;
  // Kept: without its salt no secret of the stack's state could be read any more.
  const { encryptionsalt } = readStackFile(path.join(to, file));
  const content = { ...(encryptionsalt && { encryptionsalt }), config: viewedConfig(project) };
  const partial = path.join(to, `${file}.partial`);
  fs.writeFileSync(partial, stringify(content), { mode: 0o600 });
  fs.renameSync(partial, path.join(to, file));
  return to;
}

/** The settings that the view's stack file has: the shipped ones with the overlay on top. */
export function viewedConfig({ checkout, folder, stack, overlay }: ViewedProject): StackConfig {
  const shipped = { ...readStackFile(path.join(checkout, folder, `Pulumi.${stack}.yaml`)).config };
  // The user's own cluster, which the sandbox never touches: its own kubeconfig is the ambient one here.
  Reflect.deleteProperty(shipped, "nova-tracing:cluster");
  return merge(shipped, overlay) as StackConfig;
}

/** Forgets what an earlier view showed: it may be of another checkout, and nothing may be written through a link. */
function removeLinks(folder: string): void {
  if (!fs.existsSync(folder)) return;
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isSymbolicLink()) fs.unlinkSync(file);
    else if (entry.isDirectory()) removeLinks(file);
  }
}

/** Links what is in a folder, but for stack files and the one entry that becomes a real folder. */
function linkEntries(from: string, to: string, except: string | undefined): void {
  fs.mkdirSync(to, { recursive: true, mode: 0o700 });
  for (const name of fs.readdirSync(from)) {
    const link = path.join(to, name);
    const isStackFile = /^Pulumi\..+\.yaml$/.test(name);
    if (name === ".git" || name === except || isStackFile) continue;
    // A real folder that an earlier view needed; links are all gone.
    fs.rmSync(link, { recursive: true, force: true });
    fs.symlinkSync(path.join(from, name), link);
  }
}

function readStackFile(file: string): {
  encryptionsalt?: string;
  config?: StackConfig;
} {
  if (!fs.existsSync(file)) return {};
  try {
    return (parse(fs.readFileSync(file, "utf8")) ?? {}) as {
      encryptionsalt?: string;
      config?: StackConfig;
    };
  } catch (error) {
    throw new SandboxError(`${file} is no valid YAML: ${messageOf(error).trim()}`);
  }
}
