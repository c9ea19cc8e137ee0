// Proves which images the sandbox has for the stacks. That they can be built and run, the end-to-end tests show.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import type { Image } from "../../../sandbox/images/archive";
import { programImages, sandboxJaegerVersion } from "../../../sandbox/images/catalog";
import { storedStackImages } from "../../../sandbox/images/storedStackImages";
import { elasticsearchVersion } from "../../../sandbox/elasticsearch/archive";
import type { Toolchain } from "../../../sandbox/toolchain/toolchain";
import { pathsBelow, useTemporaryFolder, writeFile } from "../helpers/temporaryFolder";

const golden = path.join(__dirname, "../../golden");

/** The images that a stack's objects name, in full, in the versions that the sandbox's overlay asks for. */
function neededImages(stack: string): string[] {
  const folder = path.join(golden, stack);
  const texts = fs.readdirSync(folder).map((file) => fs.readFileSync(path.join(folder, file), "utf8"));
  const names = texts.flatMap((text) =>
    [...text.matchAll(/^\s+(?:- )?image: (\S+)$/gm)].map(([, name = ""]) => name),
  );
  return [...new Set(names)].map((name) =>
    fullName(name)
      .replace(/(\/jaegertracing\/jaeger[^:/]*):.*/, `$1:${sandboxJaegerVersion()}`)
      .replace(/(\/elasticsearch):.*/, `$1:${elasticsearchVersion}`),
  );
}

/** As containerd knows an image. */
function fullName(name: string): string {
  const parts = name.split("/");
  if (parts.length === 1) return `docker.io/library/${name}`;
  return parts[0]?.includes(".") ? name : `docker.io/${name}`;
}

describe("images of the stacks", () => {
  const folder = useTemporaryFolder();

  function builtImages(): Image[] {
    const binary = (name: string): string => writeFile(path.join(folder(), name));
    binary("debian/bin/busybox");
    const tools = {
      jaeger: binary("jaeger"),
      esRollover: binary("es-rollover"),
      esIndexCleaner: binary("es-index-cleaner"),
      debian: { root: path.join(folder(), "debian") },
    } as Toolchain;
    const stored = {
      certManagerController: binary("controller"),
      oauth2Proxy: binary("oauth2-proxy"),
      collectorContrib: binary("otelcol-contrib"),
    };
    return [...programImages(tools), ...storedStackImages(pathsBelow(folder()), tools, stored)];
  }

  for (const stack of ["dev", "staging"]) {
    it(`are all there for ${stack}, but for that of the dependencies job`, () => {
      const built = builtImages().map(({ name }) => name);
      const missing = neededImages(stack).filter((name) => !built.includes(name));
      assert.deepEqual(
        missing.filter((name) => !name.includes("/spark-dependencies:")),
        [],
      );
    });
  }

  it("have a user of their own, none of them root", () => {
    for (const { name, user = "10001" } of builtImages()) assert.notEqual(Number.parseInt(user, 10), 0, name);
  });
});
