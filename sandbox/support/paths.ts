import * as os from "node:os";
import * as path from "node:path";

/** The root of this checkout. */
export const projectFolder = path.resolve(__dirname, "..", "..");

/** Where everything that the sandbox builds or keeps lies; nothing of it is anywhere else on the machine. */
export interface Paths {
  /** The cache folder itself: `${XDG_CACHE_HOME:-$HOME/.cache}/nova-tracing`. */
  readonly cache: string;
  /** Built and unpacked tools, one folder for each name, version and key. */
  readonly tools: string;
  /** Go's module and build caches, only there while tools are being built. */
  readonly go: string;
  /** Image archives, keyed by content. */
  readonly images: string;
  /** Provider stand-ins as plain JavaScript. */
  readonly standIns: string;
  /** containerd's store: images stay between runs. */
  readonly containerd: string;
  /** State of the running node; gone after `down`. */
  readonly state: string;
  /** Logs of the running or last node. */
  readonly logs: string;
}

/** The layout below the cache folder of this user. */
export function sandboxPaths(env: NodeJS.ProcessEnv = process.env): Paths {
  // The XDG specification: a path that is not absolute is invalid and ignored.
  const base = path.isAbsolute(env.XDG_CACHE_HOME ?? "") ? env.XDG_CACHE_HOME : undefined;
  const cache = path.join(base ?? path.join(env.HOME || os.homedir(), ".cache"), "nova-tracing");
  const below = (name: string): string => path.join(cache, name);
  return {
    cache,
    tools: below("tools"),
    go: below("go"),
    images: below("images"),
    standIns: below("stand-ins"),
    containerd: below("containerd"),
    state: below("state"),
    logs: below("logs"),
  };
}
