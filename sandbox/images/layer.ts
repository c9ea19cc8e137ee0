import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { run } from "../support/process";

/** One layer of an image: a folder that becomes part of a container's root. */
export interface Layer {
  readonly name: string;
  /** Says what the content is made of: the same identity, the same content. */
  readonly identity: string;
  /** Puts the files into an empty folder. */
  readonly fill: (folder: string) => Promise<void>;
}

/** Raise it when the way in which layers are made changes: old archives are then no longer taken for the new. */
const recipe = 2;

/** Makes the layer's tar archive, unless it is there. @returns its path */
export async function layerArchive(imagesFolder: string, layer: Layer): Promise<string> {
  const key = createHash("sha256").update(`${recipe} ${layer.identity}`).digest("hex").slice(0, 16);
  const archive = path.join(imagesFolder, `layer-${layer.name}-${key}.tar`);
  if (fs.existsSync(archive)) return archive;
  fs.mkdirSync(imagesFolder, { recursive: true, mode: 0o700 });
  const folder = fs.mkdtempSync(path.join(imagesFolder, `${layer.name}-`));
  try {
    const root = path.join(folder, "root");
    fs.mkdirSync(root, { mode: 0o755 });
    await layer.fill(root);
    const partial = path.join(folder, "layer.tar");
    // Sorted, and without times and owners: the same files make the same archive.
    const plain = [
      "--sort=name",
      "--mtime=@0",
      "--owner=0",
      "--group=0",
      "--numeric-owner",
      "--mode=u+rwX,go+rX,go-w",
    ];
    await run("tar", [...plain, "-cf", partial, "-C", root, "."]);
    fs.renameSync(partial, archive);
    removeOthers(imagesFolder, `layer-${layer.name}-`, archive);
    return archive;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** Removes the archives that a newer one replaces, and what a killed run left half made. */
export function removeOthers(imagesFolder: string, prefix: string, keep: string): void {
  for (const name of fs.readdirSync(imagesFolder)) {
    const replaced = name.startsWith(prefix) && /^[0-9a-f]{16}\.tar/.test(name.slice(prefix.length));
    if (replaced && path.join(imagesFolder, name) !== keep)
      fs.rmSync(path.join(imagesFolder, name), { recursive: true, force: true });
  }
}

/** Identity of a file by its path, size and time: reading a hundred megabytes at each start would cost seconds. */
export function fileIdentity(file: string): string {
  const { size, mtimeMs } = fs.statSync(file);
  return `${file}:${size}:${mtimeMs}`;
}

/** Copies a file to where it shall be inside an image. */
export function place(root: string, source: string, target: string, mode = 0o755): void {
  const file = path.join(root, target);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.copyFileSync(fs.realpathSync(source), file);
  fs.chmodSync(file, mode);
}

/** What makes a file ready to be run in an otherwise empty image: user names, a mount point for temporary files. */
export function placeBasics(root: string): void {
  fs.mkdirSync(path.join(root, "etc"), { recursive: true });
  fs.mkdirSync(path.join(root, "tmp"), { recursive: true });
  fs.writeFileSync(
    path.join(root, "etc/passwd"),
    "root:x:0:0:root:/:/bin/sh\nnova:x:10001:10001:nova:/tmp:/bin/sh\n",
  );
  fs.writeFileSync(path.join(root, "etc/group"), "root:x:0:\nnova:x:10001:\n");
}
