import * as fs from "node:fs";
import * as path from "node:path";
import type { Paths } from "../support/paths";
import type { Progress } from "../support/progress";
import { run } from "../support/process";
import { binaryName, type GoModule } from "./goModules";

/** The folder that holds a module's finished binaries. */
function outputFolder(paths: Paths, module: GoModule): string {
  return path.join(paths.tools, `${module.name}-${module.version}-${module.key}`);
}

/** Where a package's binary lies once it is built. */
export function binaryPath(paths: Paths, module: GoModule, goPackage: string): string {
  return path.join(outputFolder(paths, module), binaryName(goPackage));
}

/** The packages of a module whose binary is not there yet. */
export function missingPackages(paths: Paths, module: GoModule): string[] {
  return module.packages.filter((goPackage) => !fs.existsSync(binaryPath(paths, module, goPackage)));
}

/**
 * Builds what is missing of one module. A binary takes its final name only when it is whole, and Go's own build
 * cache keeps what was compiled, so an interrupted build goes on where it stopped.
 */
export async function buildGoModule(
  paths: Paths,
  module: GoModule,
  progress: Progress,
  signal?: AbortSignal,
): Promise<void> {
  for (const goPackage of missingPackages(paths, module)) {
    const target = binaryPath(paths, module, goPackage);
    await progress.step(`build ${path.basename(target)} ${module.version}`, async (note) => {
      fs.mkdirSync(path.dirname(target), { recursive: true, mode: 0o755 });
      const partial = `${target}.partial`;
      let compiled = 0;
      await run(
        "go",
        ["build", "-v", ...module.flags, "-ldflags", module.ldflags, "-o", partial, goPackage],
        {
          cwd: module.folder,
          env: goEnvironment(paths),
          // With -v, go names each package as it compiles it, and says what it downloads.
          onLine: () => {
            compiled += 1;
            note(`${compiled} packages`);
          },
          ...(signal && { signal }),
        },
      );
      fs.renameSync(partial, target);
    });
  }
}

/** The user's own settings for Go (proxy, checksum database) hold; caches and verification are ours. */
export function goEnvironment(paths: Paths): NodeJS.ProcessEnv {
  return {
    ...process.env,
    CGO_ENABLED: "0",
    GOFLAGS: "-modcacherw -buildvcs=false",
    GOWORK: "off",
    GOMODCACHE: path.join(paths.go, "mod"),
    GOCACHE: path.join(paths.go, "build"),
  };
}
