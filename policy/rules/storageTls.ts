import { collectorConfigurations, storageBackends } from "../artefacts/collectorConfiguration";
import { nodeSettings } from "../artefacts/elasticsearchSettings";
import { commandLine, containers, podTemplates } from "../artefacts/podTemplate";
import { type Resource } from "../engine/resource";
import { limitsOf, type ResourceRule } from "../engine/rule";
import { at, elements, show, text, type Value } from "../engine/snapshot";

/** Above dev nobody between Jaeger and its storage can read or change spans. */
export const storageTls: ResourceRule = {
  scope: "resource",
  name: "elasticsearch-connection-require-tls",
  description:
    "Above dev every connection to storage is HTTPS, verifies the certificate and names a user: Jaeger's own, and those of its tools; an Elasticsearch of the stack answers in no other way.",
  severity: "critical",
  remediationSteps:
    "Use https:// addresses with the CA of the cluster, never skip verification, and take the password from a file.",
  *judge(resource) {
    const found = limitsOf(resource.environment);
    if (!("problem" in found) && found.limits.storage === "memory") return;
    for (const { place, document } of collectorConfigurations(resource)) {
      for (const { place: path, settings, type } of storageBackends(document)) {
        if (type !== "elasticsearch") continue;
        yield* connectionProblems(`${resource.title}, ${place}: ${path}.elasticsearch`, settings);
      }
    }
    yield* serverProblems(resource);
    for (const template of podTemplates(resource)) {
      for (const container of containers(template)) {
        const where = `${resource.title}, ${container.title}`;
        const variables = elements(at(container.spec, "env"));
        const words = [...commandLine(container), ...variables.map((entry) => at(entry, "value") ?? null)];
        const plain = words.find((word) => /http:\/\/[^\s"']*:9200/.test(text(word) ?? ""));
        if (plain !== undefined)
          yield `${where}: ${show(plain)} reaches Elasticsearch without TLS. Use https.`;
        const skipped = words.find((word) =>
          /(^|\s)(-k|--insecure|--no-check-certificate|--[\w.-]*skip-(host-)?verify[\w-]*(=true)?)(\s|$)/.test(
            text(word) ?? "",
          ),
        );
        if (skipped !== undefined)
          yield `${where}: ${show(skipped)} skips the verification of a certificate. Leave it out.`;
        for (const entry of variables) {
          const name = text(at(entry, "name")) ?? "";
          const value = at(entry, "value");
          if (/SKIP_(HOST_)?VERIFY|INSECURE/.test(name) && value !== "false" && value !== "") {
            yield `${where}: ${name} is ${show(value)}, which skips the verification of a certificate. Leave it out.`;
          }
        }
      }
    }
  },
};

// What a server that the stack itself runs must not do: answer without TLS, or whoever asks.
function* serverProblems(resource: Resource): Iterable<string> {
  for (const { place, name, value } of nodeSettings(resource)) {
    const where = `${resource.title}, ${place}: ${name} is ${show(value)}`;
    if (
      /^xpack\.security\.((http|transport)\.ssl\.)?enabled$/.test(name) &&
      value !== true &&
      value !== "true"
    ) {
      yield `${where}, so Elasticsearch answers without TLS or without asking who is there. Set true.`;
    }
    if (/^xpack\.security\.authc\.anonymous\./.test(name)) {
      yield `${where}, which lets people in without a name. Leave it out.`;
    }
    if (
      /^xpack\.security\.\w+\.ssl\.verification_mode$/.test(name) &&
      value !== "full" &&
      value !== "certificate"
    ) {
      yield `${where}, which skips the verification of a certificate. Set "certificate" or "full".`;
    }
  }
  if (!resource.isKind("Elasticsearch")) return;
  const disabled = resource.at("spec", "http", "tls", "selfSignedCertificate", "disabled");
  if (disabled !== undefined && disabled !== null && disabled !== false) {
    yield `${resource.title}: spec.http.tls.selfSignedCertificate.disabled is ${show(disabled)}, which turns TLS off. Leave it out.`;
  }
}

function* connectionProblems(where: string, settings: Value | undefined): Iterable<string> {
  const urls = elements(at(settings, "server_urls"));
  if (urls.length === 0)
    yield `${where}.server_urls is ${show(at(settings, "server_urls"))}. Name https:// addresses.`;
  for (const url of urls) {
    if (!/^https:\/\/[^\s$]+$/.test(text(url) ?? ""))
      yield `${where}.server_urls: ${show(url)} is no https:// address. Use TLS.`;
  }
  for (const key of ["insecure", "insecure_skip_verify"]) {
    const value = at(settings, "tls", key);
    if (value !== undefined && value !== false)
      yield `${where}.tls.${key} is ${show(value)}, which skips verification. Leave it out.`;
  }
  const methods = ["basic", "bearer_token", "api_key"].map((name) => at(settings, "auth", name));
  const [basic] = methods;
  if (methods.every((method) => method === undefined)) {
    yield `${where}.auth names no way to authenticate. Set auth.basic with a username and a password_file.`;
  } else if (basic !== undefined && (text(at(basic, "username")) ?? "") === "") {
    yield `${where}.auth.basic.username is ${show(at(basic, "username"))}: without it Jaeger sends no credentials at all. Set it.`;
  }
}
