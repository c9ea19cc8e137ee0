import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { until } from "../../../../sandbox/support/process";
import { freePort } from "../../support/freePort";
import { ensureDebianTree } from "./debianTree";
import { canConnect, startChild } from "./child";
import { edgeLogin, usersFile } from "./edgeLogin";
import type { RunningServer } from "./identityProvider";
import type { Ingress } from "./rendered";

export interface EdgeArgs {
  readonly ingresses: readonly Ingress[];
  /** Address and port in place of a Service, by `name:port`. */
  readonly services: Readonly<Record<string, string>>;
  /** Lines of htpasswd by the name of the Secret that has them. */
  readonly users: Readonly<Record<string, string>>;
  /** In place of the Secret that each Ingress names. */
  readonly certificate: { readonly certificate: string; readonly key: string };
}

/**
 * Debian's nginx as the edge of a cluster. What makes its configuration from the Ingress objects is this file and no
 * Ingress controller: hosts, paths, certificates and the annotations of edgeLogin.ts alone, and an annotation that it
 * does not know is an error.
 */
export async function startEdge(args: EdgeArgs): Promise<RunningServer> {
  const { nginx, environment } = await ensureDebianTree();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "nova-tracing-edge-"));
  const port = await freePort();
  fs.writeFileSync(path.join(folder, "tls.crt"), args.certificate.certificate);
  fs.writeFileSync(path.join(folder, "tls.key"), args.certificate.key, { mode: 0o600 });
  for (const [name, lines] of Object.entries(args.users)) {
    fs.writeFileSync(path.join(folder, usersFile(name)), lines, { mode: 0o600 });
  }
  fs.writeFileSync(path.join(folder, "nginx.conf"), nginxConfig(args, folder, port));
  const child = startChild(nginx, ["-p", folder, "-c", "nginx.conf", "-e", "stderr"], environment);
  const stop = async (): Promise<void> => {
    await child.end("SIGTERM");
    fs.rmSync(folder, { recursive: true, force: true });
  };
  if (!(await until(() => child.hasEnded() || canConnect("127.0.0.1", port), 10_000)) || child.hasEnded()) {
    await stop();
    throw new Error(`nginx did not start:\n${child.log()}`);
  }
  return { port, stop };
}

function nginxConfig({ ingresses, services }: EdgeArgs, folder: string, port: number): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  return [
    "daemon off;",
    "master_process off;",
    `pid ${folder}/nginx.pid;`,
    "error_log stderr error;",
    "events {}",
    "http {",
    "access_log off;",
    ...temporary.map((name) => `${name}_temp_path ${folder}/${name};`),
    "ssl_certificate tls.crt;",
    "ssl_certificate_key tls.key;",
    "map $http_upgrade $connection_upgrade { default upgrade; '' close; }",
    `server { listen 127.0.0.1:${port} ssl http2 default_server; return 404; }`,
    ...serversOf(ingresses, services, port),
    "}",
    "",
  ].join("\n");
}

/** A server for each host, with the locations of all Ingress objects that have it. */
function serversOf(
  ingresses: readonly Ingress[],
  services: EdgeArgs["services"],
  port: number,
): readonly string[] {
  const byHost = new Map<string, string[]>();
  for (const { metadata, spec } of ingresses) {
    const secured = new Set(spec.tls.flatMap(({ hosts }) => hosts));
    for (const { host, http } of spec.rules) {
      if (!secured.has(host)) throw new Error(`Ingress ${metadata.name}: ${host} is without TLS`);
      const login = edgeLogin(metadata.name, metadata.annotations ?? {}, host, port);
      const locations = http.paths.flatMap(({ path: prefix, pathType, backend: { service } }) => {
        const address = services[`${service.name}:${service.port.number}`];
        if (address === undefined || pathType !== "Prefix") {
          throw new Error(`Ingress ${metadata.name}: ${pathType} ${prefix} leads to no known Service`);
        }
        // What is below /oauth2 is meant, and not what begins so.
        const places = prefix === "/" ? ["/"] : [`= ${prefix}`, `${prefix}/`];
        return places.flatMap((place) => [
          `location ${place} {`,
          ...login.inLocation,
          `proxy_pass http://${address};`,
          ...forwarded,
          "}",
        ]);
      });
      byHost.set(host, [...(byHost.get(host) ?? []), ...login.beside, ...locations]);
    }
  }
  return [...byHost].flatMap(([host, locations]) => [
    "server {",
    `listen 127.0.0.1:${port} ssl http2;`,
    `server_name ${host};`,
    ...locations,
    "}",
  ]);
}

/** Headers that Ingress controllers set, WebSockets included. */
const forwarded = [
  "proxy_http_version 1.1;",
  "proxy_set_header Host $http_host;",
  "proxy_set_header Upgrade $http_upgrade;",
  "proxy_set_header Connection $connection_upgrade;",
  "proxy_set_header X-Real-IP $remote_addr;",
  "proxy_set_header X-Forwarded-For $remote_addr;",
  "proxy_set_header X-Forwarded-Host $http_host;",
  "proxy_set_header X-Forwarded-Proto $scheme;",
];
