import type * as Built from "../../config/built";
import type * as Load from "../../config/load";
import { messageOf, SandboxError } from "../support/errors";
import type { StackConfig } from "./overlay";

/**
 * Has the program's own loader judge a stack's settings, before anything is built or started for them.
 * @param config settings by their full keys, as the stack file of the sandbox will have them
 * @throws SandboxError with the loader's message
 */
export function requireValidSettings(stack: string, config: StackConfig): void {
  const { loadSettings, requireBuilt } = loader();
  const text = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
  const values = Object.fromEntries(Object.entries(config).map(([key, value]) => [key, text(value)]));
  try {
    requireBuilt(loadSettings({ stack, values }));
  } catch (error) {
    throw new SandboxError(messageOf(error));
  }
}

type Loader = Pick<typeof Load, "loadSettings"> & Pick<typeof Built, "requireBuilt">;

/** Loaded only here: Pulumi's SDK takes a second, and most commands do without it. */
function loader(): Loader {
  /* eslint-disable @typescript-eslint/no-require-imports -- import() of a TypeScript file needs a loader of its own. */
  const { loadSettings } = require("../../config/load") as typeof Load;
  const { requireBuilt } = require("../../config/built") as typeof Built;
  /* eslint-enable @typescript-eslint/no-require-imports */
  return { loadSettings, requireBuilt };
}
