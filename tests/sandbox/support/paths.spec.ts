import assert from "node:assert/strict";
import * as path from "node:path";
import { sandboxPaths } from "../../../sandbox/support/paths";

describe("support/paths", () => {
  const cases: readonly (readonly [string, NodeJS.ProcessEnv, string])[] = [
    ["XDG_CACHE_HOME", { XDG_CACHE_HOME: "/disk", HOME: "/home/a" }, "/disk/nova-tracing"],
    ["HOME where XDG_CACHE_HOME is not set", { HOME: "/home/a" }, "/home/a/.cache/nova-tracing"],
    ["HOME where it is empty", { XDG_CACHE_HOME: "", HOME: "/home/a" }, "/home/a/.cache/nova-tracing"],
  ];
  for (const [what, env, expected] of cases) {
    it(`takes the cache folder from ${what}`, () => {
      assert.equal(sandboxPaths(env).cache, expected);
    });
  }

  it("keeps everything below the cache folder, each thing in a folder of its own", () => {
    const { cache, ...rest } = sandboxPaths({ XDG_CACHE_HOME: "/disk" });
    const folders = Object.values(rest);
    assert.equal(new Set(folders).size, folders.length);
    for (const folder of folders) assert.equal(path.dirname(folder), cache);
  });

  it("never gives a path that depends on the working directory", () => {
    const { cache } = sandboxPaths({ XDG_CACHE_HOME: "relative", HOME: "/home/a" });
    assert.ok(path.isAbsolute(cache), `${cache} is relative`);
  });
});
