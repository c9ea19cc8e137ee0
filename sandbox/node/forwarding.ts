import * as fs from "node:fs";
import * as net from "node:net";
import * as path from "node:path";
import { SandboxError } from "../support/errors";
import { projectFolder, type Paths } from "../support/paths";
import { isAlive, startDetached, until } from "../support/process";
import { forwardedPorts } from "./addresses";
import { readState, updateState } from "./state";

/** Starts the forwarder, unless it runs. @throws SandboxError with what it said, where it does not serve */
export async function startForwarder(paths: Paths): Promise<void> {
  const known = readState(paths)?.forwarder;
  if (known && isAlive(known)) return;
  const logFile = path.join(paths.logs, "forwarder.log");
  const script = path.join(projectFolder, "sandbox/forwarder.ts");
  const forwarder = startDetached(process.execPath, ["-r", "ts-node/register/transpile-only", script], {
    logFile,
    cwd: projectFolder,
  });
  updateState(paths, { forwarder });
  const serves = async (): Promise<boolean> => {
    if (!isAlive(forwarder)) return true;
    return (await Promise.all(forwardedPorts.map(({ port }) => accepts(port)))).every(Boolean);
  };
  if ((await until(serves, 10_000)) && isAlive(forwarder)) return;
  const said = fs.readFileSync(logFile, "utf8").trim().split("\n").at(-1) ?? "";
  throw new SandboxError(
    `The forwarder for localhost did not start: ${said || "no reason given"} (log: ${logFile})`,
  );
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host: "127.0.0.1", port });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => {
      resolve(false);
    });
  });
}
