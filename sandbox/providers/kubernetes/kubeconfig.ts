import { readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import { parse } from "yaml";
import { isMap, type PlainMap } from "../shared/propertyValues";
import { at, mapsAt, textAt } from "./objects";

/** How to reach a cluster, and as whom. */
export interface ClusterAccess {
  readonly server: URL;
  /** PEM; undefined: the machine's own roots. */
  readonly certificateAuthority: string | undefined;
  readonly insecureSkipTlsVerify: boolean;
  /** The name to verify the server's certificate against, when it is not that of the address. */
  readonly tlsServerName: string | undefined;
  /** PEM. */
  readonly clientCertificate: string | undefined;
  /** PEM. */
  readonly clientKey: string | undefined;
  readonly token: string | undefined;
  readonly basicAuthentication: { readonly username: string; readonly password: string } | undefined;
  /** The context's namespace, or `default`. */
  readonly namespace: string;
}

/** Which parts of a kubeconfig to use in the place of its current context. */
export interface AccessOverrides {
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  readonly cluster: string | undefined;
}

interface LoadedKubeconfig {
  readonly document: PlainMap;
  /** For messages: a path, or "the kubeconfig given as text". */
  readonly source: string;
  /** Relative paths in a kubeconfig are relative to it. */
  readonly folder: string;
}

/**
 * Finds the access that a kubeconfig gives. Taken are: the given path or content, else the files of
 * KUBECONFIG, else ~/.kube/config.
 *
 * @throws Error naming the file, and the part that is missing or cannot be used.
 */
export function clusterAccess(overrides: AccessOverrides, environment: NodeJS.ProcessEnv): ClusterAccess {
  const config = load(overrides.kubeconfig, environment);
  const contextName = overrides.context ?? textAt(config.document, "current-context");
  if (contextName === "")
    throw new Error(`${config.source} has no current-context, and no context was given`);
  const context = named(config, "contexts", contextName);
  const clusterName = overrides.cluster ?? textAt(context, "context", "cluster");
  const cluster = at(named(config, "clusters", clusterName), "cluster");
  const userName = textAt(context, "context", "user");
  const user = userName === "" ? {} : (at(named(config, "users", userName), "user") ?? {});
  if (!isMap(cluster) || !isMap(user))
    throw new Error(`context ${contextName} of ${config.source} is incomplete`);
  refuseUnsupported(user, userName, config.source);
  const text = (map: PlainMap, name: string): string | undefined => textAt(map, name) || undefined;
  const username = text(user, "username");
  const tokenFile = text(user, "tokenFile");
  return {
    server: serverAddress(textAt(cluster, "server"), clusterName, config.source),
    certificateAuthority: pem(cluster, "certificate-authority", config),
    insecureSkipTlsVerify: cluster["insecure-skip-tls-verify"] === true,
    tlsServerName: text(cluster, "tls-server-name"),
    clientCertificate: pem(user, "client-certificate", config),
    clientKey: pem(user, "client-key", config),
    token: tokenFile === undefined ? text(user, "token") : readFile(tokenFile, config).trim(),
    basicAuthentication:
      username === undefined ? undefined : { username, password: text(user, "password") ?? "" },
    namespace: textAt(context, "context", "namespace") || "default",
  };
}

function load(given: string | undefined, environment: NodeJS.ProcessEnv): LoadedKubeconfig {
  if (given !== undefined) {
    const path = given.replace(/^~(?=\/|$)/, homedir());
    if (isFile(path)) return loadFile(path);
    return {
      document: parsed(given, "the kubeconfig given as text"),
      source: "the kubeconfig given as text",
      folder: process.cwd(),
    };
  }
  const listed = (environment["KUBECONFIG"] ?? "").split(delimiter).filter((path) => path !== "");
  const paths = listed.length > 0 ? listed : [join(homedir(), ".kube", "config")];
  const found = paths.filter(isFile).map(loadFile);
  const [first] = found;
  if (first === undefined) throw new Error(`no kubeconfig was found at ${paths.join(", ")}`);
  return found.reduce(merged, { ...first, document: {} });
}

/** As kubectl merges files: the first that names something wins. */
function merged(into: LoadedKubeconfig, next: LoadedKubeconfig): LoadedKubeconfig {
  const document: PlainMap = { ...next.document, ...into.document };
  for (const section of ["contexts", "clusters", "users"]) {
    const known = mapsAt(into.document, section);
    const names = new Set(known.map((entry) => textAt(entry, "name")));
    document[section] = [
      ...known,
      ...mapsAt(next.document, section).filter((entry) => !names.has(textAt(entry, "name"))),
    ];
  }
  return { ...into, document };
}

function loadFile(path: string): LoadedKubeconfig {
  return { document: parsed(readFileSync(path, "utf8"), path), source: path, folder: dirname(path) };
}

function parsed(text: string, source: string): PlainMap {
  let document: unknown;
  try {
    document = parse(text);
  } catch (error) {
    throw new Error(`${source} is no YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!isMap(document)) throw new Error(`${source} is neither a file nor a kubeconfig`);
  return document;
}

function named(config: LoadedKubeconfig, section: string, name: string): PlainMap {
  const entries = mapsAt(config.document, section);
  const entry = entries.find((candidate) => textAt(candidate, "name") === name);
  if (entry !== undefined) return entry;
  const known = entries.map((candidate) => textAt(candidate, "name")).join(", ") || "none";
  throw new Error(`${section} of ${config.source} has no "${name}" (it has: ${known})`);
}

function refuseUnsupported(user: PlainMap, userName: string, source: string): void {
  for (const way of ["exec", "auth-provider"]) {
    if (user[way] === undefined) continue;
    throw new Error(
      `user "${userName}" of ${source} signs in by ${way}, which the sandbox's stand-in does not; ` +
        "use a token or a client certificate, or install the vendor's plugin",
    );
  }
}

function serverAddress(server: string, clusterName: string, source: string): URL {
  try {
    return new URL(server);
  } catch {
    throw new Error(`server of cluster "${clusterName}" in ${source} is no URL: "${server}"`);
  }
}

/** A PEM text that stands in the field `<name>-data` as base64, or in the file that `<name>` says. */
function pem(map: PlainMap, name: string, config: LoadedKubeconfig): string | undefined {
  const data = textAt(map, `${name}-data`);
  if (data !== "") return Buffer.from(data, "base64").toString("utf8");
  const path = textAt(map, name);
  return path === "" ? undefined : readFile(path, config);
}

function readFile(path: string, config: LoadedKubeconfig): string {
  const absolute = isAbsolute(path) ? path : join(config.folder, path);
  try {
    return readFileSync(absolute, "utf8");
  } catch {
    throw new Error(`${config.source} refers to ${absolute}, which cannot be read`);
  }
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
