// Proves only what happens where there are no namespaces any more: making them needs root.
import assert from "node:assert/strict";
import * as path from "node:path";
import { startTicks } from "../../../sandbox/support/process";
import { startChild } from "../helpers/child";
import { describeOnLinux } from "../helpers/linux";
import { plainSandbox } from "../helpers/plainSandbox";

describeOnLinux("node/namespace: destroyNamespace", () => {
  it("takes the number of a holder that is gone for nobody's, although another process has it now", async () => {
    const other = startChild("sleep", ["20"]);
    const pid = other.process.pid ?? 0;
    const program = `require(process.argv[1]).destroyNamespace({ pid: ${pid}, startTicks: "1" }).then(() => console.log("gone"))`;
    const child = startChild(process.execPath, [
      "-e",
      program,
      path.join(plainSandbox(), "node/namespace.js"),
    ]);
    const timer = setTimeout(() => child.process.kill("SIGKILL"), 2500);
    try {
      assert.equal(await child.ended, 0, "it still waited for the other process to end");
      assert.match(child.stdout(), /gone/);
      assert.notEqual(startTicks(pid), undefined, "the other process was ended");
    } finally {
      clearTimeout(timer);
      other.process.kill("SIGKILL");
      await other.ended;
    }
  });
});
