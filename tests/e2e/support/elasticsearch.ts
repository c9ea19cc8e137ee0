import https from "node:https";
import type { Ask } from "../../elasticsearch/support/ask";
import { mapping } from "../../support/document";
import { namespace, type Staging } from "./staging";

/** Who asks: a user, and the Secret with the password. */
export const users = {
  administrator: { username: "elastic", secret: "elasticsearch-administrator" },
  jaeger: { username: "jaeger", secret: "elasticsearch-jaeger" },
} as const;

export type { Ask };

/** Asks over HTTPS, the certificate judged as Jaeger judges it. @param user who asks */
export async function elasticsearchAs(staging: Staging, user: keyof typeof users): Promise<Ask> {
  const { username, secret } = users[user];
  const { password = "" } = await staging.secret(secret);
  const { "ca.crt": ca } = await staging.secret("elasticsearch-http");
  const host = await staging.service("elasticsearch");
  return (method, path, body) =>
    new Promise((resolve, reject) => {
      const content = body === undefined ? "" : JSON.stringify(body);
      https
        .request(
          {
            host,
            port: 9200,
            method,
            path,
            ca,
            servername: `elasticsearch.${namespace}.svc`,
            auth: `${username}:${password}`,
            headers: { "content-type": "application/json", "content-length": Buffer.byteLength(content) },
            agent: false,
            timeout: 30_000,
          },
          (response) => {
            let text = "";
            response.setEncoding("utf8").on("data", (part: string) => (text += part));
            response.on("end", () => {
              const isJson = response.headers["content-type"]?.includes("json") ?? false;
              resolve({ status: response.statusCode ?? 0, body: isJson && text ? JSON.parse(text) : text });
            });
          },
        )
        .on("timeout", () => {
          reject(new Error(`${method} ${path}: no answer within 30 s`));
        })
        .on("error", reject)
        .end(content);
    });
}

/** The indices of Jaeger by name, each with what tells it from another of the same name. */
export async function indices(ask: Ask): Promise<Record<string, string>> {
  const { body } = await ask("GET", "/nova-jaeger-*?filter_path=*.settings.index.uuid");
  return Object.fromEntries(
    Object.entries(mapping(body)).map(([name, index]) => [name, JSON.stringify(index)]),
  );
}
