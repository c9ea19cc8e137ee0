import * as fs from "node:fs";
import * as path from "node:path";
import { parse, stringify } from "yaml";
import { merge, type StackConfig } from "./overlay";

/**
 * A folder that looks like a project's, but with one stack file of its own: all else are links to the real one.
 * Pulumi writes its encryption salt into the stack file of the folder that it runs in, and the shipped files shall
 * not change because somebody tried the sandbox.
 * @param folder the view; made, or brought up to date
 * @param project the real project
 * @param stack name of the stack
 * @param overlay settings laid over the shipped stack file, where there is one
 */
export function writeProjectView(folder: string, project: string, stack: string, overlay: StackConfig): void {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const isStackFile = (name: string): boolean => /^Pulumi\..+\.yaml$/.test(name);
  for (const name of fs.readdirSync(project)) {
    const link = path.join(folder, name);
    if (name === ".git" || isStackFile(name) || fs.existsSync(link)) continue;
    fs.symlinkSync(path.join(project, name), link);
  }
  const file = `Pulumi.${stack}.yaml`;
  const shipped = readStackFile(path.join(project, file)).config ?? {};
  // Kept: without its salt no secret of the stack's state could be read any more.
  const { encryptionsalt } = readStackFile(path.join(folder, file));
  const content = { ...(encryptionsalt && { encryptionsalt }), config: merge(shipped, overlay) };
  fs.writeFileSync(path.join(folder, file), stringify(content), { mode: 0o600 });
}

function readStackFile(file: string): { encryptionsalt?: string; config?: StackConfig } {
  return fs.existsSync(file)
    ? (parse(fs.readFileSync(file, "utf8")) as { encryptionsalt?: string; config?: StackConfig })
    : {};
}
