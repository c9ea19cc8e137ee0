import * as fs from "node:fs";
import * as path from "node:path";
import { SandboxError } from "../support/errors";
import { projectFolder, type Paths } from "../support/paths";
import { isAlive, startDetached, until } from "../support/process";
import { readyLine } from "./addresses";
import { readState, updateState } from "./state";

/** Starts the forwarder, unless it runs. @throws SandboxError with what it said, where it does not serve */
export async function startForwarder(paths: Paths): Promise<void> {
  const known = readState(paths)?.forwarder;
  if (known && isAlive(known)) return;
  const logFile = path.join(paths.logs, "forwarder.log");
  // Only what this one says counts.
  fs.rmSync(logFile, { force: true });
  const script = path.join(projectFolder, "sandbox/forwarder.ts");
  const forwarder = startDetached(process.execPath, ["-r", "ts-node/register/transpile-only", script], {
    logFile,
    cwd: projectFolder,
  });
  updateState(paths, { forwarder });
  const said = (): string => fs.readFileSync(logFile, "utf8");
  await until(() => said().includes(readyLine) || !isAlive(forwarder), 15_000);
  if (said().includes(readyLine) && isAlive(forwarder)) return;
  const reason = said().trim().split("\n").at(-1) ?? "";
  throw new SandboxError(
    `The forwarder for localhost did not start: ${reason || "no reason given"} (log: ${logFile})`,
  );
}
