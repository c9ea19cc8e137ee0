import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { readState, testRunOf, updateState } from "../../../sandbox/node/state";
import { entriesBelow, pathsBelow, useTemporaryFolder, writeFile } from "../helpers/temporaryFolder";

describe("node/state", () => {
  const temporaryFolder = useTemporaryFolder();
  const paths = () => pathsBelow(temporaryFolder());
  const holder = { pid: 42, startTicks: "1234" };

  it("knows of nothing where nothing was started, and leaves the folder as it is", () => {
    assert.equal(readState(paths()), undefined);
    assert.deepEqual(entriesBelow(temporaryFolder()), []);
  });

  it("gives back what was written", () => {
    const written = updateState(paths(), { holder, ready: true, stack: "dev" });
    assert.deepEqual(written, { holder, ready: true, stack: "dev" });
    assert.deepEqual(readState(paths()), written);
  });

  it("merges a change into what is there, and is not ready before that is said", () => {
    updateState(paths(), { holder });
    assert.equal(readState(paths())?.ready, false);
    updateState(paths(), { forwarder: { pid: 43, startTicks: "5" } });
    updateState(paths(), { ready: true });
    assert.deepEqual(readState(paths()), { holder, forwarder: { pid: 43, startTicks: "5" }, ready: true });
  });

  it("lets nobody else read it", () => {
    const umask = process.umask(0);
    try {
      updateState(paths(), { holder });
    } finally {
      process.umask(umask);
    }
    assert.equal(fs.statSync(paths().state).mode & 0o077, 0);
    for (const name of fs.readdirSync(paths().state))
      assert.equal(fs.statSync(path.join(paths().state, name)).mode & 0o077, 0);
  });

  it("keeps the last whole state where a write was interrupted", () => {
    updateState(paths(), { holder });
    const [name = ""] = fs.readdirSync(paths().state);
    writeFile(path.join(paths().state, `${name}.partial`), '{"ready": true, "hol');
    assert.deepEqual(readState(paths()), { holder, ready: false });
    updateState(paths(), { stack: "dev" });
    assert.deepEqual(readState(paths()), { holder, ready: false, stack: "dev" });
  });

  it("does not fail on a file that something else broke", () => {
    updateState(paths(), { holder });
    const [name = ""] = fs.readdirSync(paths().state);
    fs.truncateSync(path.join(paths().state, name), 10);
    assert.equal(readState(paths()), undefined);
    assert.deepEqual(updateState(paths(), { stack: "dev" }), { ready: false, stack: "dev" });
  });

  it("reads which run of the tests a process belongs to, and none where nothing whole is said", () => {
    const variable = "NOVA_TRACING_TEST_RUN";
    assert.deepEqual(testRunOf({ [variable]: "42 1234" }), holder);
    for (const value of [undefined, "", "42", "42 "])
      assert.equal(testRunOf({ [variable]: value }), undefined);
  });
});
