// Proves how commands are refused, each as a process of its own. All but one run without root: were one not refused,
// it still could not touch the machine. What the commands do, the end-to-end tests show.
import assert from "node:assert/strict";
import { once } from "node:events";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { thisMachine, whatIsMissing } from "../../sandbox/preflight";
import { startTicks, until } from "../../sandbox/support/process";
import { nobody, startChild, unprivilegedPrefix, type Child } from "./helpers/child";
import { describeOnLinux } from "./helpers/linux";
import { plainSandbox } from "./helpers/plainSandbox";
import { entriesBelow, pathsBelow, useTemporaryFolder } from "./helpers/temporaryFolder";

interface Outcome {
  readonly code: number | string;
  readonly stdout: string;
  /** Lines of standard error, without empty ones. */
  readonly errors: readonly string[];
  /** What is in the folder that was the cache's. */
  readonly left: readonly string[];
}

/** Runs a command with an empty cache folder. */
async function runCommand(prefix: readonly string[], args: readonly string[]): Promise<Outcome> {
  const cache = fs.mkdtempSync(path.join(os.tmpdir(), "nova-tracing-test-"));
  fs.chmodSync(cache, 0o777);
  const command = [...prefix, process.execPath, path.join(plainSandbox(), "cli.js"), ...args];
  const env = { ...process.env, XDG_CACHE_HOME: cache, HOME: cache };
  const child = startChild(command[0] ?? "", command.slice(1), env);
  child.process.stdin?.end();
  const code = await child.ended;
  const errors = child
    .stderr()
    .split("\n")
    .filter((line) => line.trim() !== "");
  const left = entriesBelow(cache);
  fs.rmSync(cache, { recursive: true });
  return { code, stdout: child.stdout(), errors, left };
}

const refused: readonly (readonly [string, readonly string[], RegExp])[] = [
  ["a command that there is not", ["frobnicate"], /"frobnicate" is no command/],
  ["a command that there is not, with an argument", ["frobnicate", "x"], /"frobnicate" is no command/],
  ["env without a service", ["env"], /"env" takes 1 argument, 0 given/],
  ["an argument too many", ["up", "dev"], /"up" takes 0 arguments, 1 given/],
  ["a stack that the sandbox cannot deploy", ["up", "--stack", "moon"], /"moon".*dev/],
  ["a number that is none", ["load", "--concurrency", "many"], /--concurrency is "many".*from 1 on/],
  ["an option that there is not", ["status", "--verbose"], /--verbose/],
  ["an option of another command", ["status", "--requests", "5"], /--requests/],
];

describe("cli", () => {
  const temporaryFolder = useTemporaryFolder();
  let prefix: readonly string[] | undefined;
  const outcomes = new Map<string, Promise<Outcome>>();
  const outcomeOf = (args: readonly string[]): Promise<Outcome> => {
    const outcome = outcomes.get(args.join(" "));
    assert.ok(outcome);
    return outcome;
  };

  before(async function () {
    this.timeout(30_000);
    prefix = unprivilegedPrefix(
      fs.realpathSync(path.join(plainSandbox(), "../node_modules/yaml/package.json")),
    );
    if (!prefix) return;
    // Two at a time: each is a process that loads the whole of the sandbox.
    const queue = [...refused.map(([, args]) => args), ["start"], ["help"]];
    const worker = async (): Promise<void> => {
      for (let args = queue.shift(); args; args = queue.shift()) {
        const outcome = runCommand(prefix ?? [], args);
        outcomes.set(args.join(" "), outcome);
        await outcome;
      }
    };
    await Promise.all([worker(), worker()]);
  });
  beforeEach(function () {
    if (!prefix) skipUnprivileged(this);
  });

  for (const [what, args, expected] of refused) {
    it(`refuses ${what} with exit code 2 and one line that names it, and makes nothing`, async () => {
      const { code, stdout, errors, left } = await outcomeOf(args);
      assert.match(errors[0] ?? "", expected);
      assert.equal(code, 2);
      assert.equal(stdout, "");
      assert.doesNotMatch(errors.join("\n"), /^ +at /m);
      // Behind the one line there may be the usage, and nothing else.
      assert.ok(errors.length === 1 || errors[1] === "npm run sandbox -- COMMAND", errors.join("\n"));
      assert.deepEqual(left, []);
    });
  }

  it("refuses the main job without root with exit code 2 and one line that says what to do, and makes nothing", async () => {
    const { code, errors, left } = await outcomeOf(["start"]);
    assert.equal(errors.length, 1, errors.join("\n"));
    assert.match(errors[0] ?? "", /needs (root.*sudo npm start|Debian)/);
    assert.equal(code, 2);
    assert.deepEqual(left, []);
  });

  it("prints what commands there are, on standard output", async () => {
    const { code, stdout, errors, left } = await outcomeOf(["help"]);
    for (const command of ["start", "up", "preview", "down", "status", "kubeconfig", "env SERVICE", "load"])
      assert.match(stdout, new RegExp(`^ +${command}\\b`, "m"));
    assert.deepEqual([code, errors, left], [0, [], []]);
  });

  it("says in one line that there is no sandbox to ask, and makes nothing", async () => {
    const { code, stdout, errors, left } = await runCommand([], ["env", "auth-service"]);
    const machine = {
      ...thisMachine(pathsBelow(temporaryFolder())),
      freeMemoryGi: Infinity,
      freeDiskGi: Infinity,
    };
    const missing = whatIsMissing(machine);
    assert.deepEqual(errors, [missing ?? "The sandbox does not run. Start it with: npm start"]);
    assert.equal(code, missing ? 2 : 1);
    assert.equal(stdout, "");
    assert.deepEqual(left, []);
  });
});

/**
 * What nobody but root may do can only be seen by somebody else. Whether a machine lets root become that, and lets that
 * one read the checkout, is the machine's affair: where not, there is nothing to see. With CI=true a skip is a failure.
 */
function skipUnprivileged(context: Mocha.Context): void {
  process.stdout.write(
    "skipped: root cannot become another user here, or that user may not read this checkout\n",
  );
  context.skip();
}

describeOnLinux("cli: a command that waits for another run", () => {
  const temporaryFolder = useTemporaryFolder();

  it("ends by itself alone when the user ends it, and not what the other run has half up", async function () {
    this.timeout(20_000);
    const prefix = unprivilegedPrefix(
      fs.realpathSync(path.join(plainSandbox(), "../node_modules/yaml/package.json")),
    );
    if (!prefix) {
      skipUnprivileged(this);
      return;
    }
    const started: Child[] = [];
    const start = (...command: string[]): Child => {
      const [name = "", ...args] = [...prefix, ...command];
      const env = { ...process.env, XDG_CACHE_HOME: temporaryFolder(), HOME: temporaryFolder() };
      const child = startChild(name, args, env);
      started.push(child);
      return child;
    };
    const { cache, state } = pathsBelow(temporaryFolder());
    fs.mkdirSync(state, { recursive: true });
    const lock = path.join(cache, "node.lock");
    const other = start("sh", "-c", "echo started; exec sleep 20");
    await other.says("started");
    const pid = other.process.pid ?? 0;
    const forwarder = { pid, startTicks: startTicks(pid) };
    fs.writeFileSync(path.join(state, "node.json"), JSON.stringify({ ready: false, forwarder }));
    fs.writeFileSync(lock, String(pid));
    if (prefix.length > 0)
      for (const file of [temporaryFolder(), cache, state, lock, path.join(state, "node.json")])
        fs.chownSync(file, nobody, nobody);
    try {
      const owner = start("flock", lock, "sh", "-c", "echo held; exec cat");
      await owner.says("held");
      const waiting = start(process.execPath, path.join(plainSandbox(), "cli.js"), "down");
      assert.ok(await until(() => waitsForLock(waiting.process.pid ?? 0), 10_000, 20), waiting.stderr());
      waiting.process.kill("SIGINT");
      await Promise.race([once(waiting.process, "exit"), other.ended]);
      assert.equal(startTicks(pid), forwarder.startTicks, "it ended a process of the other run");
      assert.ok(fs.existsSync(path.join(state, "node.json")), "it removed the state of the other run");
      // Its output closes only when no child of it is left that holds it open.
      assert.equal(await Promise.race([waiting.ended, sleep(3000, "something of it is left")]), 130);
    } finally {
      for (const child of started) child.process.kill("SIGKILL");
    }
  });
});

/** Whether a process has a child that waits for a file lock. */
function waitsForLock(pid: number): boolean {
  try {
    const children = fs
      .readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")
      .trim()
      .split(" ")
      .filter(Boolean);
    return children.some((child) =>
      /^flock\0--wait\0[1-9]/.test(fs.readFileSync(`/proc/${child}/cmdline`, "utf8")),
    );
  } catch {
    return false;
  }
}
