// Proves the judgement on a machine that is described to it. That the commands which are there also work, only a start shows.
import assert from "node:assert/strict";
import { requireMachine, thisMachine, whatIsMissing, type Machine } from "../../sandbox/preflight";
import { SandboxError } from "../../sandbox/support/errors";
import { entriesBelow, pathsBelow, useTemporaryFolder } from "./helpers/temporaryFolder";

const good: Machine = {
  platform: "linux",
  uid: 0,
  debian: "12",
  hasCommand: () => true,
  freeMemoryGi: 8,
  freeDiskGi: 50,
  toolsBuilt: false,
};
const without =
  (...missing: string[]) =>
  (command: string): boolean =>
    !missing.includes(command);

describe("preflight", () => {
  const temporaryFolder = useTemporaryFolder();

  it("finds nothing missing on a machine that has all", () => {
    assert.equal(whatIsMissing(good), undefined);
  });

  it("takes an older Go that fetches the one it needs, and any Go where nothing has to be built", () => {
    assert.equal(whatIsMissing({ ...good, goVersion: "1.22", goFetchesToolchain: true }), undefined);
    assert.equal(whatIsMissing({ ...good, goVersion: "1.19", toolsBuilt: true }), undefined);
  });

  const faults: readonly (readonly [string, Partial<Machine>, RegExp])[] = [
    ["another system", { platform: "darwin", debian: undefined }, /needs Debian.*your own cluster/],
    ["another Linux", { debian: undefined }, /needs Debian.*your own cluster/],
    ["another user than root", { uid: 1000 }, /needs root.*Run: sudo npm start/],
    ["a system without users", { uid: undefined }, /needs root/],
    ["no Go for the first build", { hasCommand: without("go") }, /no go on PATH.*Install Go/],
    ["a Go that is too old", { goVersion: "1.25" }, /with Go 1\.26, and the go on PATH is 1\.25\. Install/],
    [
      "a Go that cannot even fetch a newer one",
      { goVersion: "1.19", goFetchesToolchain: true },
      /the go on PATH is 1\.19/,
    ],
    [
      "no Java for the Maven that fetches Elasticsearch",
      { needsJava: true, toolsBuilt: true, hasCommand: without("java") },
      /needs Java.*Run: apt-get install default-jre-headless/,
    ],
    ["too little memory", { freeMemoryGi: 2.96 }, /needs 3 GiB of free memory.*Close other programs/],
    ["too little disk, cold", { freeDiskGi: 19.9 }, /needs 20 GiB.*first build.*19\.9 GiB.*XDG_CACHE_HOME/],
    ["too little disk, warm", { freeDiskGi: 1.5, toolsBuilt: true }, /needs 2 GiB.*1\.5 GiB.*Free some/],
    ...["apt-get", "dpkg-deb", "flock", "ip", "ldd", "mount", "nsenter", "tar", "unshare"].map(
      (command) =>
        [
          `no ${command}`,
          { hasCommand: without(command) },
          new RegExp(`the command ${command}\\. Run: apt-get install`),
        ] as const,
    ),
  ];
  for (const [what, change, expected] of faults) {
    it(`says ${what} in one line, with what to do`, () => {
      const missing = whatIsMissing({ ...good, ...change });
      assert.match(missing ?? "nothing", expected);
      assert.doesNotMatch(missing ?? "", /\n/);
    });
  }

  it("names a free amount below the limit as less than the limit", () => {
    const missing = whatIsMissing({ ...good, freeMemoryGi: 2.96 }) ?? "";
    assert.doesNotMatch(missing, /and 3\.0 GiB are free/);
  });

  it("says one thing at a time where everything is missing, the one that cannot be mended first", () => {
    const nothing = { hasCommand: () => false, freeMemoryGi: 0, freeDiskGi: 0 };
    assert.match(
      whatIsMissing({ ...nothing, platform: "linux", uid: 1000, debian: undefined, toolsBuilt: false }) ?? "",
      /^[^\n]*Debian[^\n]*$/,
    );
    assert.match(
      whatIsMissing({ ...nothing, platform: "linux", uid: 1000, debian: "12", toolsBuilt: false }) ?? "",
      /^[^\n]*root[^\n]*$/,
    );
  });

  it("needs neither Go nor the disk of a build once the tools are built", () => {
    assert.equal(
      whatIsMissing({ ...good, toolsBuilt: true, freeDiskGi: 2, hasCommand: without("go") }),
      undefined,
    );
  });

  it("needs no Java where Elasticsearch is there already, or for a stack without it", () => {
    assert.equal(whatIsMissing({ ...good, hasCommand: without("java") }), undefined);
  });

  it("is content with exactly as much as it asks for", () => {
    assert.equal(whatIsMissing({ ...good, freeMemoryGi: 3, freeDiskGi: 20 }), undefined);
  });

  it("refuses with exit code 2, which says that nothing was changed", () => {
    assert.throws(
      () => {
        requireMachine({ ...good, uid: 1000 });
      },
      (error) => error instanceof SandboxError && error.exitCode === 2,
    );
    requireMachine(good);
  });

  it("looks at this machine without making its cache folder", () => {
    const machine = thisMachine(pathsBelow(temporaryFolder()));
    assert.deepEqual(entriesBelow(temporaryFolder()), []);
    assert.equal(machine.toolsBuilt, false);
    assert.equal(machine.uid, process.getuid?.());
    assert.equal(machine.hasCommand("no-such-command-anywhere"), false);
    assert.ok(machine.freeMemoryGi > 0 && machine.freeDiskGi > 0);
  });
});
