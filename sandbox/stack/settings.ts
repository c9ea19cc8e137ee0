import type * as Load from "../../config/load";
import { messageOf, SandboxError } from "../support/errors";
import { secretKeys, viewedConfig, type ViewedProject } from "./view";

/**
 * Has the program's own loader judge a stack's settings as the sandbox will have them, before anything is built or
 * started for them. Its secrets count as set.
 * @throws SandboxError with the loader's message
 */
export function requireValidSettings(project: ViewedProject): void {
  const text = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
  const settings = Object.entries(viewedConfig(project)).map(([key, value]) => [key, text(value)] as const);
  const secrets = secretKeys(project);
  const values = Object.fromEntries([...settings, ...secrets.map((key) => [key, "made up"] as const)]);
  try {
    loadModule().loadSettings({ stack: project.stack, values, isSecret: (key) => secrets.includes(key) });
  } catch (error) {
    throw new SandboxError(messageOf(error));
  }
}

/** Loaded only here: Pulumi's SDK takes a second, and most commands do without it. */
function loadModule(): Pick<typeof Load, "loadSettings"> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() of a TypeScript file needs a loader of its own.
  return require("../../config/load") as typeof Load;
}
