import * as fs from "node:fs";
import * as path from "node:path";
import { run } from "../support/process";
import { fileIdentity, place, placeBasics, type Layer } from "./layer";

/** This machine's Node.js with the shared libraries that it loads: no registry has to serve a base image. */
export function nodeLayer(executable = process.execPath): Layer {
  return {
    name: "nodejs",
    identity: `${fileIdentity(fs.realpathSync(executable))} ${process.version}`,
    fill: async (root) => {
      placeBasics(root);
      place(root, executable, "/usr/local/bin/node");
      const { stdout } = await run("ldd", [executable]);
      for (const line of stdout.split("\n")) {
        const library = /(?:=> )?(\/\S+) \(0x/.exec(line)?.[1];
        if (library) place(root, library, library);
      }
      // The loader's path is written into the executable, /lib64/…, which in an image is no link to /usr/lib64.
      fs.mkdirSync(path.join(root, "app"), { recursive: true });
    },
  };
}
