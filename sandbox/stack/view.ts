import * as fs from "node:fs";
import * as path from "node:path";
import { parse, stringify } from "yaml";
import { messageOf, SandboxError } from "../support/errors";
import { merge, type StackConfig } from "./overlay";
import { encryptedKeys, neededSecretKeys, withoutEncrypted } from "./secrets";

/** A Pulumi project to look at through a view. */
export interface ViewedProject {
  /** The checkout that it belongs to. */
  readonly checkout: string;
  /** Its folder in the checkout; empty for the root. */
  readonly folder: string;
  readonly stack: string;
  /** Settings laid over the shipped stack file, where there is one. */
  readonly overlay: StackConfig;
  /** Whether made-up values stand in for the secrets of the stack. @default true */
  readonly madeUpSecrets?: boolean;
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
  // Kept: without its salt no secret of the stack's state could be read any more, and a made-up secret shall be the
  // same at the next update.
  const { encryptionsalt, config: before = {} } = readStackFile(path.join(to, file));
  const kept = encryptionsalt ? secretKeys(project).filter((key) => key in before) : [];
  const content = {
    ...(encryptionsalt && { encryptionsalt }),
    config: { ...viewedConfig(project), ...Object.fromEntries(kept.map((key) => [key, before[key]])) },
  };
  const partial = path.join(to, `${file}.partial`);
  fs.writeFileSync(partial, stringify(content), { mode: 0o600 });
  fs.renameSync(partial, path.join(to, file));
  return to;
}

/** The settings that the view's stack file has: the shipped ones with the overlay on top. Its secrets come later. */
export function viewedConfig(project: ViewedProject): StackConfig {
  const shipped = withoutEncrypted(shippedConfig(project));
  // The user's own cluster, which the sandbox never touches: its own kubeconfig is the ambient one here.
  Reflect.deleteProperty(shipped, "nova-tracing:cluster");
  return merge(shipped, project.overlay) as StackConfig;
}

/** The full keys of the secrets that the view's stack file has: those that it needs, and those that the user set. */
export function secretKeys(project: ViewedProject): string[] {
  if (project.madeUpSecrets === false) return [];
  return [
    ...new Set([...neededSecretKeys(viewedConfig(project)), ...encryptedKeys(shippedConfig(project))]),
  ].filter((key) => key !== "nova-tracing:cluster");
}

/** All of them as Pulumi hands them to a program: texts, JSON for anything else, and made-up secrets. */
export function handedConfig(project: ViewedProject): {
  readonly config: Record<string, string>;
  readonly secretKeys: string[];
} {
  const text = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
  const settings = Object.entries(viewedConfig(project)).map(([key, value]) => [key, text(value)] as const);
  const secrets = secretKeys(project);
  const config = Object.fromEntries([...settings, ...secrets.map((key) => [key, "made-up"] as const)]);
  return { config, secretKeys: secrets };
}

/** The secrets of them that the view's stack file does not have yet. @param folder the project's in the view */
export function missingSecretKeys(folder: string, project: ViewedProject): string[] {
  const { config = {} } = readStackFile(path.join(folder, `Pulumi.${project.stack}.yaml`));
  return secretKeys(project).filter((key) => !(key in config));
}

function shippedConfig({ checkout, folder, stack }: ViewedProject): StackConfig {
  return readStackFile(path.join(checkout, folder, `Pulumi.${stack}.yaml`)).config ?? {};
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

interface StackFile {
  readonly encryptionsalt?: string;
  readonly config?: StackConfig;
}

function readStackFile(file: string): StackFile {
  if (!fs.existsSync(file)) return {};
  try {
    return (parse(fs.readFileSync(file, "utf8")) ?? {}) as StackFile;
  } catch (error) {
    throw new SandboxError(`${file} is no valid YAML: ${messageOf(error).trim()}`);
  }
}
