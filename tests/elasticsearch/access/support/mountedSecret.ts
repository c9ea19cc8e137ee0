import * as fs from "node:fs";
import * as path from "node:path";

/** A folder with the keys of a Secret as files. */
export interface MountedSecret {
  /** Gives keys other values, all of them at once. */
  readonly change: (values: Readonly<Record<string, string>>) => void;
}

/**
 * Writes files as the kubelet does: links through `..data`, which leads to another folder after a change. It stands in
 * for the kubelet, and proves nothing about when that gets to it.
 */
export function mountSecret(folder: string, values: Readonly<Record<string, string>>): MountedSecret {
  let current = { ...values };
  const link = path.join(folder, "..data");
  const write = (): void => {
    const data = fs.mkdtempSync(path.join(folder, "..data-"));
    for (const [name, content] of Object.entries(current)) {
      fs.writeFileSync(path.join(data, name), content, { mode: 0o600 });
    }
    const before = fs.existsSync(link) ? fs.realpathSync(link) : undefined;
    fs.symlinkSync(path.basename(data), `${link}_new`);
    fs.renameSync(`${link}_new`, link);
    if (before !== undefined) fs.rmSync(before, { recursive: true });
  };
  write();
  for (const name of Object.keys(values)) fs.symlinkSync(path.join("..data", name), path.join(folder, name));
  return {
    change: (others) => {
      current = { ...current, ...others };
      write();
    },
  };
}
