import { embeddedDocuments, configMapTexts } from "../artefacts/document";
import { commandLine, containers, podTemplates } from "../artefacts/podTemplate";
import { type Resource } from "../engine/resource";
import { type ResourceRule } from "../engine/rule";
import { at, elements, entries, isList, isMapping, text, UNKNOWN, type Value } from "../engine/snapshot";

/** Secrets live in Secrets. */
export const secretPlainText: ResourceRule = {
  scope: "resource",
  name: "kubernetes-secret-prohibit-plain-text",
  description: "No password, token or private key stands in a ConfigMap, an argument or a literal variable.",
  severity: "critical",
  remediationSteps:
    "Put the value into a Secret, and mount it as a file or take it with secretKeyRef; Jaeger reads password_file.",
  *judge(resource) {
    if (resource.isKind("ConfigMap")) {
      yield* judgeConfigMap(resource);
      return;
    }
    for (const template of podTemplates(resource)) {
      for (const container of containers(template)) {
        const where = `${resource.title}, ${container.title}`;
        for (const entry of elements(at(container.spec, "env"))) {
          const value = at(entry, "value");
          if (value === undefined || value === null || value === "") continue;
          if (value === UNKNOWN) {
            yield `${where}: the variable ${text(at(entry, "name")) ?? "(unknown)"} is unknown during preview, so it might be a secret. Write it plainly, or take it from a Secret.`;
            continue;
          }
          const name = text(at(entry, "name")) ?? "(unknown)";
          if (namesSecret(name) || holdsSecret(value)) {
            yield `${where}: the variable ${name} is a secret with a literal value. Take it from a Secret with secretKeyRef.`;
          }
        }
        const words = commandLine(container);
        for (const [index, word] of words.entries()) {
          if (word === UNKNOWN) {
            yield `${where}: an argument is unknown during preview, so it might be a secret. Write it plainly.`;
          }
          if (typeof word !== "string") continue;
          const [flag = "", value] = word.split(/=(.*)/s, 2);
          const literal = value ?? (word.startsWith("-") ? words[index + 1] : undefined);
          const given =
            typeof literal === "string"
              ? literal !== "" && !(value === undefined && literal.startsWith("-"))
              : false;
          if ((word.startsWith("-") && namesSecret(flag) && given) || holdsSecret(word)) {
            yield `${where}: the argument ${flag.slice(0, 40)} carries a secret, which every process list shows. Give it a file from a Secret.`;
          }
        }
      }
    }
  },
};

function* judgeConfigMap(resource: Resource): Iterable<string> {
  for (const { place, key, value } of configMapTexts(resource)) {
    if (typeof value !== "string" || value === "") continue;
    if (holdsSecret(value) || (namesSecret(key) && !key.includes("."))) {
      yield `${resource.title}, ${place}: it holds a secret. Put it into a Secret.`;
    }
  }
  for (const { place, content } of embeddedDocuments(resource)) {
    if (!("mapping" in content)) continue;
    for (const path of secretPaths(content.mapping, "")) {
      yield `${resource.title}, ${place}: ${path} is a secret with a literal value. Name a file from a Secret (${path}_file).`;
    }
  }
}

function* secretPaths(value: Value, path: string): Iterable<string> {
  if (isList(value)) {
    for (const [index, element] of value.entries()) yield* secretPaths(element, `${path}[${index}]`);
    return;
  }
  if (!isMapping(value)) return;
  for (const [key, inner] of entries(value)) {
    const place = path === "" ? key : `${path}.${key}`;
    // A substitution is no value: the process reads it from its environment or from a file.
    const literal = typeof inner === "string" && inner !== "" && !/^\$\{(env|file):[^}]+\}$/.test(inner);
    if (literal && (namesSecret(key) || /htpasswd\.inline$/.test(place))) yield place;
    else yield* secretPaths(inner, place);
  }
}

/** Whether a name promises a secret value, and not a file, a key or a Secret that holds one. */
function namesSecret(name: string): boolean {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
  const last = words.at(-1) ?? "";
  if (
    [
      "file",
      "path",
      "dir",
      "name",
      "ref",
      "url",
      "uri",
      "expire",
      "refresh",
      "ttl",
      "type",
      "enabled",
    ].includes(last)
  )
    return false;
  const joined = words.join("_");
  return /(^|_)(password|passwd|passphrase|secret|token|credentials?|api_?key|access_?key|private_?key|encryption_?key|bearer)(_|$)/.test(
    joined,
  );
}

/** Whether a text shows the form of a secret: a private key, a password hash, credentials in an address, a signed token. */
function holdsSecret(value: Value): boolean {
  if (typeof value !== "string") return false;
  return (
    /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(value) ||
    /\$(2[aby]|apr1|5|6)\$[^\s]{8,}/.test(value) ||
    /\{SHA\}[A-Za-z0-9+/=]{20,}/.test(value) ||
    /[a-z][a-z0-9+.-]*:\/\/[^/\s:@"'$]+:[^/\s@"'$]+@/i.test(value) ||
    /\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\./.test(value) ||
    /\bBearer\s+[A-Za-z0-9._~+/-]{16,}/.test(value)
  );
}
