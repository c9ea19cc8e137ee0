/* eslint-disable @typescript-eslint/no-unsafe-member-access -- the cases break documents that no type describes */
import { secretPlainText } from "../../policy/rules/secretPlainText";
import { allows, refuses } from "./support/cases";
import { edit, editContainer } from "./support/compliantStack";
import { type Declared, evaluate } from "./support/evaluate";
import assert from "node:assert/strict";
import { deployment, container, podSpec } from "./support/compliantStack";

const pod = { resource: "jaeger" };
const secret = "correct-horse-battery-staple";

function variable(name: string, value: unknown): ReturnType<typeof editContainer> {
  return editContainer((jaeger) => {
    jaeger.env = [{ name, value }];
  });
}

function words(...args: string[]): ReturnType<typeof editContainer> {
  return editContainer((jaeger) => {
    jaeger.args = args;
  });
}

function data(key: string, value: string): (resource: Declared) => void {
  return (resource) => {
    resource.props.data[key] = value;
  };
}

describe("kubernetes-secret-prohibit-plain-text", () => {
  allows(secretPlainText, [
    {
      ...pod,
      title: "a variable out of a Secret",
      change: editContainer((jaeger) => {
        jaeger.env = [{ name: "ES_PASSWORD", valueFrom: { secretKeyRef: { name: "es", key: "password" } } }];
      }),
    },
    { ...pod, title: "the path of a file with a secret", change: variable("ES_TOKEN_FILE", "/etc/token") },
    {
      ...pod,
      title: "an argument with the path of a file",
      change: words("--client-secret-file=/etc/secret", "--cookie-secret-file", "/x"),
    },
    {
      ...pod,
      title: "a flag of that name without a value",
      change: words("--pass-access-token", "--verbose"),
    },
    {
      resource: "jaeger-config",
      title: "a password file, and a value from the environment of the process",
      change: edit((d) => {
        d.extensions.auth = { basic: { password_file: "/etc/password" }, token: "${env:TOKEN}" };
      }),
    },
  ]);

  refuses(secretPlainText, [
    ...["ES_PASSWORD", "OAUTH2_PROXY_CLIENT_SECRET", "apiKey", "BEARER_TOKEN", "GITHUB_ACCESS_KEY"].map(
      (name) => ({
        ...pod,
        title: `the literal variable ${name}`,
        change: variable(name, secret),
        says: [name, "literal value"],
      }),
    ),
    ...[`--es.password=${secret}`, `--client-secret=${secret}`, "--cookie-secret=$(COOKIE)"].map((word) => ({
      ...pod,
      title: `the argument ${word.split("=")[0] ?? ""}`,
      change: words(word),
      says: ["the argument", "carries a secret"],
    })),
    {
      ...pod,
      title: "a secret in the next word",
      change: words("--client-secret", secret),
      says: ["--client-secret"],
    },
    ...[
      ["a private key", "-----BEGIN EC PRIVATE KEY-----\nabc"],
      ["credentials in an address", "https://jaeger:pa55word@elasticsearch:9200"],
      ["a password hash", "admin:$2y$05$c4WoMPo3SXsafkva.HHa6uXQZWr7oboPiC2bT/r7q1BB8I2s0BRqC"],
      ["a signed token", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NSJ9.abc"],
      ["a bearer token", "Authorization: Bearer abcdefghijklmnopqrstuvwxyz"],
    ].map(([title = "", value = ""]) => ({
      resource: "jaeger-config",
      title: `${title} in a ConfigMap`,
      change: data("notes", value),
      says: ['data["notes"]', "holds a secret"],
    })),
    {
      resource: "jaeger-config",
      title: "a key of a ConfigMap that names a secret",
      change: data("PASSWORD", secret),
      says: ["PASSWORD", "holds a secret"],
    },
    {
      resource: "jaeger-config",
      title: "a password in Jaeger's configuration",
      change: edit((d) => (d.extensions.es = { auth: { basic: { username: "jaeger", password: secret } } })),
      says: ["extensions.es.auth.basic.password"],
    },
    {
      resource: "jaeger-config",
      title: "users in Jaeger's configuration",
      change: edit((d) => (d.extensions["basicauth/server"] = { htpasswd: { inline: "admin:admin" } })),
      says: ["htpasswd.inline"],
    },
    {
      ...pod,
      title: "a literal secret in a Patch",
      change: (resource) => {
        resource.type = "kubernetes:apps/v1:DeploymentPatch";
        variable("ES_PASSWORD", secret)(resource);
      },
      says: ["DeploymentPatch", "ES_PASSWORD"],
    },
  ]);

  it("never repeats a secret in a message", () => {
    const declared = deployment(
      "leak",
      podSpec([
        container("app", "example/app:1.0.0", {
          env: [{ name: "ES_PASSWORD", value: secret }],
          args: [`--client-secret=${secret}`, "--cookie-secret", secret],
        }),
      ]),
    );
    const messages = evaluate(secretPlainText, [declared]);
    assert.equal(messages.length, 3);
    for (const message of messages) assert.ok(!message.includes(secret), message);
  });
});
