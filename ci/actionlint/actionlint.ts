import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import type { Paths } from "../../sandbox/support/paths";
import { run } from "../../sandbox/support/process";

/**
 * actionlint, the linter of workflows: the release in go.mod, of exactly what go.sum lists, built once and kept in
 * the cache folder. It is no tool of the sandbox, so it is built apart from those.
 */
const goPackage = "github.com/rhysd/actionlint/cmd/actionlint";
const flags = ["-trimpath", "-mod=readonly", "-buildvcs=false", "-ldflags", "-s -w"] as const;

/** Path of the binary, which is built where it is not there yet (about 20 s, 100 MiB of disk meanwhile). */
export async function actionlint(paths: Paths): Promise<string> {
  const files = ["go.mod", "go.sum"].map((name) => fs.readFileSync(path.join(__dirname, name), "utf8"));
  const key = createHash("sha256")
    .update([...files, ...flags].join("\0"))
    .digest("hex")
    .slice(0, 12);
  const binary = path.join(paths.tools, `actionlint-${key}`, "actionlint");
  if (fs.existsSync(binary)) return binary;
  fs.mkdirSync(path.dirname(binary), { recursive: true });
  // A folder of its own: the sandbox's builds empty theirs, and two runs must not meet.
  const folder = fs.mkdtempSync(path.join(paths.cache, "actionlint-"));
  try {
    const built = path.join(folder, "actionlint");
    await run("go", ["build", ...flags, "-o", built, goPackage], {
      cwd: __dirname,
      env: {
        ...process.env,
        CGO_ENABLED: "0",
        GOFLAGS: "-modcacherw",
        GOWORK: "off",
        GOMODCACHE: path.join(folder, "mod"),
        GOCACHE: path.join(folder, "build"),
      },
    });
    fs.renameSync(built, binary);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
  return binary;
}
