import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readState } from "../../sandbox/node/state";
import { projectFolder } from "../../sandbox/support/paths";
import { isAlive, until } from "../../sandbox/support/process";
import { before as machineBefore } from "../support/machineBefore";
import { command, machineSnapshot, npm, paths } from "../support/sandbox";

const cli = ["-r", "ts-node/register/transpile-only", "sandbox/cli.ts"];

/** Runs npm start and ends it as soon as something is true. @returns what it said on standard error */
async function startEndedByCtrlC(when: (said: string) => boolean, timeoutMs: number): Promise<string> {
  // A group of its own, as a terminal gives one: the signal goes to both npms and to the command itself.
  const child = spawn("npm", ["start"], {
    cwd: projectFolder,
    stdio: ["ignore", "ignore", "pipe"],
    detached: true,
  });
  const ended = once(child, "close");
  let output = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));
  assert.ok(await until(() => when(output), timeoutMs, 20));
  process.kill(-(child.pid ?? 0), "SIGINT");
  await ended;
  return output;
}

describe("the sandbox after a fault", () => {
  it("starts again where its node was killed", async () => {
    const holder = readState(paths)?.holder;
    assert.ok(holder && isAlive(holder), "the node runs");
    process.kill(holder.pid, "SIGKILL");
    assert.ok(await until(() => !isAlive(holder), 5000));
    const status = await npm("run", "--silent", "sandbox", "--", "status");
    assert.equal(status.code, 1);
    assert.match(status.stdout, /interrupted: npm start repairs it/);
    const { code, stdout } = await npm("start");
    assert.equal(code, 0);
    assert.match(stdout, /spans over 4 services/);
  });

  it("is safe when two runs start at once: both end well, on one node", async () => {
    await command(process.execPath, [...cli, "down"]);
    const [one, other] = await Promise.all([
      command(process.execPath, [...cli, "up"]),
      command(process.execPath, [...cli, "up"]),
    ]);
    assert.deepEqual([one.code, other.code], [0, 0]);
    assert.match(
      one.stderr + other.stderr,
      /another run \(process \d+\) changes the sandbox; waiting for it/,
    );
  });

  it("leaves the machine as it was after npm stop", async () => {
    const { code } = await npm("stop");
    assert.equal(code, 0);
    assert.ok(machineBefore.snapshot, "taken before the first start");
    assert.deepEqual(await machineSnapshot(), machineBefore.snapshot);
  });

  it("leaves the machine as it was where npm start was ended by Ctrl-C in the middle", async () => {
    const output = await startEndedByCtrlC(() => readState(paths)?.holder !== undefined, 60_000);
    assert.match(output, /Ended; nothing runs\./);
    assert.equal(readState(paths), undefined);
    assert.deepEqual(await machineSnapshot(), machineBefore.snapshot);
  });

  it("still runs, and says so, where npm start was ended by Ctrl-C while Pulumi was at work", async () => {
    const output = await startEndedByCtrlC((said) => said.includes("stand-ins, since"), 120_000);
    assert.match(output, /The sandbox still runs; take it down with: npm stop/);
    const { code } = await npm("stop");
    assert.equal(code, 0);
    assert.deepEqual(await machineSnapshot(), machineBefore.snapshot);
  });
});
