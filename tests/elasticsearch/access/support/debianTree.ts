import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { tellWait, withLock } from "../../../../sandbox/support/lock";
import { sandboxPaths } from "../../../../sandbox/support/paths";
import { run } from "../../../../sandbox/support/process";
import { lineProgress } from "../../../../sandbox/support/progress";
import { aptGet, debianRelease, nothingInstalled } from "../../../../sandbox/toolchain/debianPackages";

const packages = ["chromium-headless-shell", "nginx"] as const;

/**
 * Packages that the two depend on and do not need here: drawing goes without a graphics card, and the C library is the
 * machine's, whose loader fits no other.
 */
const unneeded = /^(libc6|libgl1-mesa-dri|libllvm\d+|libz3-4|iproute2|perl\S*|xdg-utils|xkb-data)_/;

/** Folders that nothing reads. */
const unread = ["doc", "man", "locale", "info", "lintian"].map((name) => `usr/share/${name}`);

/** A browser and a web server of Debian's, and the environment that they run in. */
export interface DebianTree {
  readonly chromium: string;
  readonly nginx: string;
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * Downloads them with all that they depend on and unpacks them into the cache folder, once: nothing is installed on the
 * machine. Apt checks the signatures.
 */
export async function ensureDebianTree(): Promise<DebianTree> {
  const paths = sandboxPaths();
  const list = createHash("sha256").update(packages.join(" ")).digest("hex").slice(0, 8);
  const root = path.join(paths.tools, `debian-browser-${debianRelease() ?? "unknown"}-${list}`);
  const progress = lineProgress();
  const lock = { waitSeconds: 1200, onWait: tellWait(progress, "fetches a browser") };
  if (!fs.existsSync(root)) {
    await withLock(path.join(paths.cache, "browser.lock"), lock, async () => {
      if (fs.existsSync(root)) return;
      await progress.step("fetch Chromium and nginx (Debian)", (note) => unpack(root, note));
    });
  }
  const libraryFolders = ["lib", "usr/lib"].flatMap((base) =>
    fs
      .readdirSync(path.join(root, base))
      .filter((name) => name.endsWith("-linux-gnu"))
      .map((name) => path.join(root, base, name)),
  );
  return {
    chromium: path.join(root, "usr/lib/chromium/chromium-headless-shell"),
    nginx: path.join(root, "usr/sbin/nginx"),
    environment: {
      ...process.env,
      LD_LIBRARY_PATH: [...libraryFolders, ...libraryFolders.map((folder) => `${folder}/pulseaudio`)].join(
        ":",
      ),
      FONTCONFIG_FILE: path.join(root, "fonts.conf"),
    },
  };
}

async function unpack(target: string, note: (text: string) => void): Promise<void> {
  const partial = `${target}.partial`;
  const [archives, root] = [path.join(partial, "archives"), path.join(partial, "root")];
  fs.rmSync(partial, { recursive: true, force: true });
  for (const folder of [path.join(archives, "partial"), root]) fs.mkdirSync(folder, { recursive: true });
  const settings = [...nothingInstalled(partial), "-o", `Dir::Cache::archives=${archives}`];
  const install = ["--no-install-recommends", "--download-only", "install", ...packages];
  await aptGet(["-y", ...settings, ...install], { cwd: partial }, note);
  const files = fs.readdirSync(archives).filter((file) => file.endsWith(".deb") && !unneeded.test(file));
  for (const file of files) await run("dpkg-deb", ["--extract", path.join(archives, file), root]);
  for (const folder of unread) fs.rmSync(path.join(root, folder), { recursive: true, force: true });
  fs.writeFileSync(path.join(root, "fonts.conf"), fontSettings(target));
  fs.renameSync(root, target);
  fs.rmSync(partial, { recursive: true });
  note(`${files.length} packages unpacked`);
}

/** Debian's own settings name the machine's folder of fonts. */
function fontSettings(root: string): string {
  return [
    '<?xml version="1.0"?>',
    '<!DOCTYPE fontconfig SYSTEM "fonts.dtd">',
    `<fontconfig><dir>${root}/usr/share/fonts</dir><cachedir>${root}/var/cache/fontconfig</cachedir></fontconfig>`,
    "",
  ].join("\n");
}
