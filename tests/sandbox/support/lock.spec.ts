import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { SandboxError } from "../../../sandbox/support/errors";
import { withLock } from "../../../sandbox/support/lock";
import { startChild, type Child } from "../helpers/child";
import { describeOnLinux } from "../helpers/linux";
import { plainSandbox } from "../helpers/plainSandbox";
import { useTemporaryFolder } from "../helpers/temporaryFolder";

/** Takes the lock, says so, and lets go when its input ends. */
const program = `
const { withLock } = require(process.argv[1]);
const say = (text) => require("node:fs").writeSync(1, text + "\\n");
const onWait = (owner) => say("waits for " + owner);
withLock(process.argv[2], { waitSeconds: 20, onWait }, async () => {
  say("in");
  process.stdin.resume();
  await new Promise((resolve) => process.stdin.once("end", resolve));
  say("out");
}).then(() => say("done"));
`;

describeOnLinux("support/lock", () => {
  const temporaryFolder = useTemporaryFolder();
  const children: Child[] = [];
  const start = (file: string): Child => {
    const child = startChild(process.execPath, [
      "-e",
      program,
      path.join(plainSandbox(), "support/lock.js"),
      file,
    ]);
    children.push(child);
    return child;
  };
  const lockFile = (): string => path.join(temporaryFolder(), "below", "some.lock");

  afterEach(async () => {
    for (const { process: child, ended } of children.splice(0)) {
      child.kill("SIGKILL");
      await ended;
    }
  });

  it("lets one process in at a time, and tells the other whom it waits for", async () => {
    const first = start(lockFile());
    await first.says("in\n");
    const second = start(lockFile());
    await second.says(`waits for ${String(first.process.pid)}\n`);
    assert.doesNotMatch(second.stdout(), /^in$/m);
    first.process.stdin?.end();
    await second.says("in\n");
    // It came first, but by another pipe.
    await first.says("in\nout\n");
    second.process.stdin?.end();
    assert.deepEqual([await first.ended, await second.ended], [0, 0]);
  });

  it("is free again the moment its owner was killed", async () => {
    const owner = start(lockFile());
    await owner.says("in\n");
    const next = start(lockFile());
    await next.says("waits for");
    owner.process.kill("SIGKILL");
    assert.equal(await owner.ended, "SIGKILL");
    await next.says("in\n");
  });

  it("gives up after its time, with an error that names the owner and the file", async () => {
    const owner = start(lockFile());
    await owner.says("in\n");
    let worked = false;
    const work = (): Promise<void> => {
      worked = true;
      return Promise.resolve();
    };
    await assert.rejects(withLock(lockFile(), { waitSeconds: 0.2 }, work), (error) => {
      assert.ok(error instanceof SandboxError);
      assert.ok(error.message.includes(`process ${String(owner.process.pid)}`), error.message);
      assert.ok(error.message.includes(lockFile()), error.message);
      return true;
    });
    assert.equal(worked, false);
  });

  it("gives back what the work gives, and lets go", async () => {
    assert.equal(await withLock(lockFile(), { waitSeconds: 0 }, () => Promise.resolve("result")), "result");
    assert.equal(await withLock(lockFile(), { waitSeconds: 0 }, () => Promise.resolve("again")), "again");
  });

  it("lets go when the work fails, with the work's own error", async () => {
    const failure = new Error("the work failed");
    await assert.rejects(
      withLock(lockFile(), { waitSeconds: 0 }, () => Promise.reject(failure)),
      failure,
    );
    assert.equal(await withLock(lockFile(), { waitSeconds: 0 }, () => Promise.resolve(1)), 1);
  });

  it("makes the folder of the lock for its user alone", async () => {
    await withLock(lockFile(), { waitSeconds: 0 }, () => Promise.resolve());
    assert.equal(fs.statSync(path.dirname(lockFile())).mode & 0o077, 0);
  });
});
