import * as fs from "node:fs";
import * as path from "node:path";
import { run } from "../support/process";
import type { Toolchain } from "../toolchain/toolchain";
import { fileIdentity, place, placeBasics, type Layer } from "./layer";

/** One static binary. @param name of the layer */
export function binaryLayer(name: string, binary: string, target: string): Layer {
  return {
    name,
    identity: `${fileIdentity(binary)} ${target}`,
    fill: (root) => {
      placeBasics(root);
      place(root, binary, target);
      return Promise.resolve();
    },
  };
}

/** A shell and small tools, all in one static binary of Debian's. */
export function busyboxLayer(tools: Pick<Toolchain, "debian">): Layer {
  const binary = path.join(tools.debian.root, "bin/busybox");
  return {
    name: "busybox",
    identity: fileIdentity(binary),
    fill: async (root) => {
      placeBasics(root);
      place(root, binary, "/bin/busybox");
      const { stdout } = await run(binary, ["--list"]);
      for (const name of stdout.split("\n").filter((applet) => applet && applet !== "busybox")) {
        fs.symlinkSync("busybox", path.join(root, "bin", name));
      }
    },
  };
}
