import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { run } from "../support/process";
import { layerArchive, removeOthers, type Layer } from "./layer";

/** An image as the program names it. */
export interface Image {
  /** Full name with tag, such as `docker.io/jaegertracing/jaeger:2.13.0`. */
  readonly name: string;
  readonly layers: readonly Layer[];
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  /** @default "10001" */
  readonly user?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** An image archive on disk. */
export interface ImageArchive {
  readonly name: string;
  readonly file: string;
  /** Changes with the content. */
  readonly digest: string;
}

/** Makes the archive of an image in the format of `docker save`, unless it is there. */
export async function imageArchive(imagesFolder: string, image: Image): Promise<ImageArchive> {
  const layers = [];
  for (const layer of image.layers) layers.push(await layerArchive(imagesFolder, layer));
  const settings = {
    User: image.user ?? "10001",
    Env: Object.entries({ PATH: "/usr/local/bin:/usr/bin:/bin", ...image.environment }).map(
      ([key, value]) => `${key}=${value}`,
    ),
    Entrypoint: image.entrypoint ?? null,
    Cmd: image.command ?? null,
    WorkingDir: "/",
  };
  const digest = createHash("sha256")
    .update(JSON.stringify([image.name, settings, layers.map((layer) => path.basename(layer))]))
    .digest("hex")
    .slice(0, 16);
  const file = path.join(
    imagesFolder,
    `image-${repositoryOf(image.name).replaceAll(/[^a-z0-9.]+/gi, "-")}-${digest}.tar`,
  );
  if (!fs.existsSync(file)) await writeArchive(file, image.name, settings, layers);
  return { name: image.name, file, digest };
}

/** An image's name without its tag. */
export function repositoryOf(name: string): string {
  return name.slice(0, name.lastIndexOf(":"));
}

async function writeArchive(
  file: string,
  name: string,
  settings: object,
  layers: readonly string[],
): Promise<void> {
  const folder = fs.mkdtempSync(`${file}-`);
  try {
    const diffIds: string[] = [];
    for (const [index, layer] of layers.entries()) {
      fs.linkSync(layer, path.join(folder, `layer-${index}.tar`));
      diffIds.push(`sha256:${await sha256(layer)}`);
    }
    const config = {
      architecture: process.arch === "x64" ? "amd64" : process.arch,
      os: "linux",
      created: "1970-01-01T00:00:00Z",
      config: settings,
      rootfs: { type: "layers", diff_ids: diffIds },
    };
    const manifest = [
      { Config: "config.json", RepoTags: [name], Layers: layers.map((_, index) => `layer-${index}.tar`) },
    ];
    fs.writeFileSync(path.join(folder, "config.json"), JSON.stringify(config));
    fs.writeFileSync(path.join(folder, "manifest.json"), JSON.stringify(manifest));
    const partial = `${folder}.partial`;
    await run("tar", ["-cf", partial, "-C", folder, ...fs.readdirSync(folder).sort()]);
    fs.renameSync(partial, file);
    removeOthers(path.dirname(file), path.basename(file).replace(/[0-9a-f]{16}\.tar$/, ""), file);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
    fs.rmSync(`${folder}.partial`, { force: true });
  }
}

async function sha256(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of fs.createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
