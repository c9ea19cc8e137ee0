import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { fileIdentity, layerArchive, place, placeBasics, type Layer } from "../../../sandbox/images/layer";
import { run } from "../../../sandbox/support/process";
import { describeOnLinux } from "../helpers/linux";
import { useTemporaryFolder, writeFile } from "../helpers/temporaryFolder";

const sha256 = (file: string): string => createHash("sha256").update(fs.readFileSync(file)).digest("hex");

describeOnLinux("images/layer", () => {
  const temporaryFolder = useTemporaryFolder();
  const images = (name = "images"): string => path.join(temporaryFolder(), name);
  const layer = (fill: (root: string) => void, identity = "1"): Layer => ({
    name: "some",
    identity,
    fill: (root) => {
      fill(root);
      return Promise.resolve();
    },
  });

  it("makes the same bytes of the same content, whatever times, order and rights the files have", async () => {
    const first = await layerArchive(
      images("one"),
      layer((root) => {
        writeFile(path.join(root, "a/run"), "program", 0o755);
        writeFile(path.join(root, "b"), "text", 0o644);
        fs.symlinkSync("b", path.join(root, "link"));
      }),
    );
    const umask = process.umask(0o077);
    let second: string;
    try {
      second = await layerArchive(
        images("two"),
        layer((root) => {
          fs.symlinkSync("b", path.join(root, "link"));
          fs.utimesSync(writeFile(path.join(root, "b"), "text", 0o600), 1_000_000, 1_000_000);
          writeFile(path.join(root, "a/run"), "program", 0o700);
        }),
      );
    } finally {
      process.umask(umask);
    }
    assert.equal(sha256(first), sha256(second));
  });

  it("makes other bytes of other content", async () => {
    const make = (folder: string, content: string): Promise<string> =>
      layerArchive(
        images(folder),
        layer((root) => writeFile(path.join(root, "b"), content)),
      );
    assert.notEqual(sha256(await make("one", "text")), sha256(await make("two", "test")));
  });

  it("gives every user of a container what is in it, and root alone the right to change it", async () => {
    const archive = await layerArchive(
      images(),
      layer((root) => {
        writeFile(path.join(root, "secret"), "", 0o600);
        writeFile(path.join(root, "open"), "", 0o666);
        writeFile(path.join(root, "run"), "", 0o700);
      }),
    );
    const { stdout } = await run("tar", ["-tvf", archive, "--numeric-owner"]);
    const rights = new Map(
      stdout
        .trim()
        .split("\n")
        .map((line) => line.split(/\s+/))
        .map((fields) => [fields.at(-1), `${fields[0] ?? ""} ${fields[1] ?? ""}`]),
    );
    assert.equal(rights.get("./secret"), "-rw-r--r-- 0/0");
    assert.equal(rights.get("./open"), "-rw-r--r-- 0/0");
    assert.equal(rights.get("./run"), "-rwxr-xr-x 0/0");
  });

  it("fills a layer once for each identity", async () => {
    let filled = 0;
    const counting = (identity: string): Layer =>
      layer((root) => {
        filled += 1;
        writeFile(path.join(root, "b"));
      }, identity);
    const first = await layerArchive(images(), counting("1"));
    assert.equal(await layerArchive(images(), counting("1")), first);
    assert.equal(filled, 1);
    assert.notEqual(await layerArchive(images(), counting("2")), first);
    assert.equal(filled, 2);
  });

  it("leaves nothing but the archive", async () => {
    const archive = await layerArchive(
      images(),
      layer((root) => writeFile(path.join(root, "b"))),
    );
    assert.deepEqual(fs.readdirSync(images()), [path.basename(archive)]);
  });

  it("leaves nothing where it could not be filled", async () => {
    const broken = layer((root) => {
      writeFile(path.join(root, "half"));
      throw new Error("no such library");
    });
    await assert.rejects(layerArchive(images(), broken), /no such library/);
    assert.deepEqual(fs.readdirSync(images()), []);
  });

  it("tells a file that changed from the one before", () => {
    const file = writeFile(path.join(temporaryFolder(), "tool"), "one");
    fs.utimesSync(file, 1000, 1000);
    const before = fileIdentity(file);
    assert.equal(fileIdentity(file), before);
    fs.utimesSync(file, 1001, 1001);
    const touched = fileIdentity(file);
    writeFile(file, "longer");
    fs.utimesSync(file, 1000, 1000);
    assert.equal(new Set([before, touched, fileIdentity(file)]).size, 3);
  });

  it("places the file behind a link, with its folders, to be run", () => {
    const source = writeFile(path.join(temporaryFolder(), "lib.so.1.2"), "library", 0o644);
    fs.symlinkSync("lib.so.1.2", path.join(temporaryFolder(), "lib.so"));
    place(images(), path.join(temporaryFolder(), "lib.so"), "/usr/lib/lib.so");
    const placed = path.join(images(), "usr/lib/lib.so");
    assert.equal(fs.readFileSync(placed, "utf8"), fs.readFileSync(source, "utf8"));
    assert.ok(fs.lstatSync(placed).isFile());
    assert.equal(fs.statSync(placed).mode & 0o777, 0o755);
  });

  it("gives an image the user that its processes run as", () => {
    placeBasics(images());
    assert.match(fs.readFileSync(path.join(images(), "etc/passwd"), "utf8"), /^nova:x:10001:10001:/m);
    assert.match(fs.readFileSync(path.join(images(), "etc/group"), "utf8"), /^nova:x:10001:/m);
  });
});
