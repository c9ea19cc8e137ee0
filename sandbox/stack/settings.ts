import type * as Load from "../../config/load";
import { messageOf, SandboxError } from "../support/errors";
import { handedConfig, type ViewedProject } from "./view";

/**
 * Has the program's own loader judge a stack's settings as the sandbox will have them, before anything is built or
 * started for them. Its secrets count as set.
 * @throws SandboxError with the loader's message
 */
export function requireValidSettings(project: ViewedProject): void {
  const { config, secretKeys } = handedConfig(project);
  const isSecret = (key: string): boolean => secretKeys.includes(key);
  try {
    loadModule().loadSettings({ stack: project.stack, values: config, isSecret });
  } catch (error) {
    throw new SandboxError(messageOf(error));
  }
}

/** Loaded only here: Pulumi's SDK takes a second, and most commands do without it. */
function loadModule(): Pick<typeof Load, "loadSettings"> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() of a TypeScript file needs a loader of its own.
  return require("../../config/load") as typeof Load;
}
