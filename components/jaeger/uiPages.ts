import { readFileSync } from "node:fs";
import * as path from "node:path";

/** Where the proxy finds its pages, and their files, by the names that it looks for. */
export const proxyPages = { folder: "/etc/oauth2-pages", files: ["sign_in.html", "error.html"] } as const;

/**
 * The proxy's pages for people, in place of its own, as data of a ConfigMap. They show nothing in a frame, for which the
 * proxy has no header; and where people have passwords no button of a provider, which leads nowhere then.
 */
export function proxyPageFiles(): Record<string, string> {
  return Object.fromEntries(
    proxyPages.files.map((file) => [file, readFileSync(path.join(__dirname, "uiPages", file), "utf8")]),
  );
}
