import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { SandboxError } from "../../../sandbox/support/errors";
import {
  endProcess,
  isAlive,
  run,
  startDetached,
  startTicks,
  until,
  type ProcessIdentity,
} from "../../../sandbox/support/process";
import { startChild } from "../helpers/child";
import { describeOnLinux } from "../helpers/linux";
import { useTemporaryFolder } from "../helpers/temporaryFolder";

const shell = (script: string, options = {}) => run("sh", ["-c", script], options);

function identityOf(pid: number | undefined): ProcessIdentity {
  assert.ok(pid !== undefined);
  return { pid, startTicks: startTicks(pid) ?? "" };
}

describe("support/process: run", () => {
  const temporaryFolder = useTemporaryFolder();

  it("gives exit code, standard output and standard error apart", async () => {
    assert.deepEqual(await shell("echo to-out; echo to-err >&2"), {
      code: 0,
      stdout: "to-out\n",
      stderr: "to-err\n",
    });
  });

  it("gives the command its input, folder and environment", async () => {
    const { stdout } = await shell('cat; pwd; echo "$COLOUR"', {
      input: "input\n",
      cwd: temporaryFolder(),
      env: { PATH: process.env.PATH, COLOUR: "blue" },
    });
    assert.equal(stdout, `input\n${fs.realpathSync(temporaryFolder())}\nblue\n`);
  });

  it("does not fail when the command never reads its input", async () => {
    assert.equal((await shell("exit 0", { input: "x".repeat(1_000_000) })).code, 0);
  });

  it("turns a failure into one error with command, exit code and the last lines", async () => {
    await assert.rejects(shell("seq 1 40; exit 3"), (error) => {
      assert.ok(error instanceof SandboxError);
      assert.match(error.message, /^sh -c .* ended with code 3:\n/);
      assert.match(error.message, /\n {4}40$/);
      assert.doesNotMatch(error.message, /\n {4}20\n/);
      return true;
    });
  });

  it("keeps the reason from standard error, however much was printed on standard output", async () => {
    await assert.rejects(shell("echo the-reason >&2; seq 1 40; exit 1"), /\n {4}the-reason/);
  });

  it("takes the exit codes that the caller expects", async () => {
    assert.equal((await shell("exit 100", { okCodes: [0, 100] })).code, 100);
    await assert.rejects(shell("exit 0", { okCodes: [100] }), /ended with code 0/);
  });

  it("says which command could not be run", async () => {
    await assert.rejects(
      run("no-such-command-anywhere", []),
      (error) =>
        error instanceof SandboxError && /no-such-command-anywhere could not be run/.test(error.message),
    );
  });

  it("hands on every line of both outputs, whole, also the last one without its end", async () => {
    const lines: string[] = [];
    await shell("printf 'one\\ntw'; sleep 0.05; printf 'o\\n'; echo err >&2; sleep 0.05; printf last", {
      onLine: (line: string) => lines.push(line),
    });
    assert.deepEqual(lines, ["one", "two", "err", "last"]);
  });

  it("ends the command when the caller aborts", async () => {
    const abort = new AbortController();
    const started = Date.now();
    const running = run("sleep", ["20"], { signal: abort.signal });
    abort.abort();
    await assert.rejects(running, SandboxError);
    assert.ok(Date.now() - started < 5000);
  });

  it("counts a command that a signal ended as failed", async () => {
    await assert.rejects(shell("kill -9 $$"), SandboxError);
  });
});

describeOnLinux("support/process: identities", () => {
  const temporaryFolder = useTemporaryFolder();

  it("tells this process from none and from an earlier one with its number", () => {
    const own = identityOf(process.pid);
    assert.match(own.startTicks, /^\d+$/);
    assert.equal(isAlive(own), true);
    assert.equal(isAlive({ ...own, startTicks: String(Number(own.startTicks) - 1) }), false);
    assert.equal(startTicks(2 ** 22 + 1), undefined);
  });

  it("reads the start of a process whose name holds spaces and brackets", async () => {
    const command = path.join(temporaryFolder(), "a) b (c");
    fs.copyFileSync("/bin/sleep", command);
    fs.chmodSync(command, 0o755);
    const child = startChild(command, ["20"]);
    try {
      const named = await until(
        () => fs.readFileSync(`/proc/${String(child.process.pid)}/stat`, "utf8").includes("(a) b (c)"),
        2000,
        10,
      );
      assert.ok(named);
      assert.ok(Number(startTicks(child.process.pid ?? 0)) >= Number(startTicks(process.pid)));
    } finally {
      child.process.kill("SIGKILL");
      await child.ended;
    }
  });

  it("takes a zombie for no process", async () => {
    // The shell's child ends and is never waited for, as sleep has taken the shell's place by then.
    const child = startChild("sh", ["-c", "sleep 1 & echo $!; exec sleep 20"]);
    try {
      await child.says("\n");
      const pid = Number(child.stdout());
      const state = (): string => fs.readFileSync(`/proc/${pid}/stat`, "utf8");
      assert.ok(await until(() => state().includes(") Z "), 5000, 10));
      assert.equal(startTicks(pid), undefined);
    } finally {
      child.process.kill("SIGKILL");
      await child.ended;
    }
  });

  it("starts a process in a session of its own with its output in a private log", async () => {
    const logFile = path.join(temporaryFolder(), "some.log");
    const identity = startDetached("sh", ["-c", "echo hello; exec sleep 20"], { logFile });
    try {
      assert.equal(isAlive(identity), true);
      assert.ok(await until(() => fs.readFileSync(logFile, "utf8") === "hello\n", 2000, 10));
      assert.equal(fs.statSync(logFile).mode & 0o077, 0);
      const fields = fs
        .readFileSync(`/proc/${identity.pid}/stat`, "utf8")
        .replace(/^.*\) /, "")
        .split(" ");
      assert.equal(Number(fields[3]), identity.pid, "it leads its session");
    } finally {
      await endProcess(identity);
    }
    assert.equal(isAlive(identity), false);
  });

  it("says which command could not be started", () => {
    const logFile = path.join(temporaryFolder(), "some.log");
    assert.throws(
      () => startDetached("no-such-command-anywhere", [], { logFile }),
      /no-such-command-anywhere/,
    );
  });
});

describeOnLinux("support/process: endProcess", () => {
  const ignoring =
    'process.on("SIGTERM", () => process.stdout.write("asked\\n")); setInterval(() => 0, 1e6); console.log("ready")';

  it("asks first, then kills a process that does not listen", async () => {
    const child = startChild(process.execPath, ["-e", ignoring]);
    await child.says("ready");
    await endProcess(identityOf(child.process.pid), 200);
    assert.equal(await child.ended, "SIGKILL");
    assert.match(child.stdout(), /asked/);
  });

  it("does not wait out the grace of a process that listens", async () => {
    const child = startChild("sleep", ["20"]);
    const started = Date.now();
    await endProcess(identityOf(child.process.pid), 10_000);
    assert.equal(await child.ended, "SIGTERM");
    assert.ok(Date.now() - started < 5000);
  });

  it("leaves a later process with the same number alone", async () => {
    const child = startChild("sleep", ["20"]);
    const identity = identityOf(child.process.pid);
    try {
      await endProcess({ ...identity, startTicks: "1" }, 100);
      assert.equal(isAlive(identity), true);
    } finally {
      child.process.kill("SIGKILL");
      await child.ended;
    }
  });
});

describe("support/process: until", () => {
  it("ends as soon as the condition holds", async () => {
    let asked = 0;
    assert.equal(await until(() => ++asked === 3, 5000, 1), true);
    assert.equal(asked, 3);
  });

  it("asks at least once, and once more when the time is over", async () => {
    const times = async (timeoutMs: number): Promise<number[]> => {
      const begun = Date.now();
      const asked: number[] = [];
      const never = (): boolean => {
        asked.push(Date.now() - begun);
        return false;
      };
      assert.equal(await until(never, timeoutMs, 15), false);
      return asked;
    };
    assert.equal((await times(0)).length, 1);
    assert.ok(((await times(20)).at(-1) ?? 0) >= 20);
  });

  it("hands on what the condition throws", async () => {
    await assert.rejects(
      until(() => Promise.reject(new Error("broken")), 1000),
      /broken/,
    );
  });
});
