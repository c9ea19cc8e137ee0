import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";

/** The files of a program that runs in a pod as it stands, as data of a ConfigMap. */
export function scriptFiles(folder: string): Record<string, string> {
  const names = readdirSync(folder).filter((file) => file.endsWith(".js"));
  return Object.fromEntries(
    names.sort().map((file) => [file, readFileSync(path.join(folder, file), "utf8")]),
  );
}
