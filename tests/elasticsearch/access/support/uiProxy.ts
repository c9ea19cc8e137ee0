import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import bcrypt from "bcryptjs";
import { ports } from "../../../../components/jaeger/ports";
import { proxyPages } from "../../../../components/jaeger/uiPages";
import { proxyFiles, proxyPort } from "../../../../components/jaeger/uiProxy";
import { sandboxPaths } from "../../../../sandbox/support/paths";
import { until } from "../../../../sandbox/support/process";
import { lineProgress } from "../../../../sandbox/support/progress";
import { ensureStoredStackTools } from "../../../../sandbox/toolchain/storedStack";
import { freePort } from "../../support/freePort";
import { canConnect, startChild } from "./child";
import { mountSecret, type MountedSecret } from "./mountedSecret";
import { queryFile, uiProxyArguments, uiUsers, type Rendered } from "./rendered";

export interface UiProxyArgs {
  readonly rendered: Rendered;
  /** Stands in for the pod's own address. */
  readonly podAddress: string;
  /** Where Jaeger listens, on the pod's loopback. */
  readonly queryPort: number;
  readonly clientSecret: string;
  /** Port of the stand-in for DNS. */
  readonly namesPort: number;
  /** The certificate that the identity provider has; a pod has the issuers of the whole world. */
  readonly certificate: string;
}

export interface UiProxy {
  readonly port: number;
  /** Key of its cookies. */
  readonly cookieSecret: string;
  /** Passwords by the name of the user. */
  readonly passwords: Readonly<Record<string, string>>;
  /** Changes what is in its Secret, while it runs. */
  readonly changeSecret: MountedSecret["change"];
  readonly log: () => string;
  readonly stop: () => Promise<void>;
}

/** A line of the file of users. */
export function userLine(name: string, password: string): string {
  // Cost and form of @pulumi/random's hashes.
  return `${name}:${bcrypt.hashSync(password, 10).replace("$2b$", "$2a$")}\n`;
}

/**
 * The real oauth2-proxy with the arguments that the program renders for a stack. Changed are the address that it
 * listens on, the port of Jaeger and the folder of its Secret; names of hosts are led to the loopback.
 */
export async function startUiProxy(args: UiProxyArgs): Promise<UiProxy> {
  const { oauth2Proxy } = await ensureStoredStackTools(sandboxPaths(), lineProgress());
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "nova-tracing-ui-proxy-"));
  const inside = (name: string, content: string): string => {
    const file = path.join(folder, name);
    fs.writeFileSync(file, content, { mode: 0o600 });
    return file;
  };
  const cookieSecret = randomBytes(16).toString("hex");
  const passwords = Object.fromEntries(
    uiUsers(args.rendered).map((name) => [name, randomBytes(16).toString("hex")]),
  );
  const users = Object.entries(passwords).map(([name, password]) => userLine(name, password));
  const secret = mountSecret(folder, {
    [proxyFiles.cookieSecret]: cookieSecret,
    [proxyFiles.clientSecret]: args.clientSecret,
    [proxyFiles.users]: users.join(""),
  });
  const pages = fs.mkdtempSync(path.join(os.tmpdir(), "nova-tracing-ui-pages-"));
  for (const file of proxyPages.files)
    fs.writeFileSync(path.join(pages, file), queryFile(args.rendered, file));
  const port = await freePort();
  const words = uiProxyArguments(args.rendered).map((word) =>
    word
      .replace(`0.0.0.0:${proxyPort}`, `${args.podAddress}:${port}`)
      .replace(`127.0.0.1:${ports.queryHttp}`, `127.0.0.1:${args.queryPort}`)
      .replace(proxyFiles.folder, folder)
      .replace(proxyPages.folder, pages),
  );
  const child = startChild(oauth2Proxy, words, {
    HTTPS_PROXY: `http://127.0.0.1:${args.namesPort}`,
    SSL_CERT_FILE: inside("authority.crt", args.certificate),
  });
  const stop = async (): Promise<void> => {
    await child.end("SIGTERM");
    for (const made of [folder, pages]) fs.rmSync(made, { recursive: true, force: true });
  };
  if (
    !(await until(() => child.hasEnded() || canConnect(args.podAddress, port), 20_000)) ||
    child.hasEnded()
  ) {
    await stop();
    throw new Error(`oauth2-proxy of ${args.rendered[0]} did not start:\n${child.log()}`);
  }
  return { port, cookieSecret, passwords, changeSecret: secret.change, log: child.log, stop };
}
