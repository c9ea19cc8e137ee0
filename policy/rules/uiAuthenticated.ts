import { componentType } from "../artefacts/collectorConfiguration";
import { collectorContainers, selects } from "../artefacts/collectorContainer";
import {
  type Container,
  containers,
  parseImage,
  podTemplates,
  type PodTemplate,
} from "../artefacts/podTemplate";
import { hasUnknownSettings, proxySettings } from "../artefacts/proxySettings";
import { type Resource } from "../engine/resource";
import { type Finding, limitsOf, type StackRule } from "../engine/rule";
import { at, elements, entries, show, text, type Value } from "../engine/snapshot";
import { type UiAuthentication } from "../limits";

// It closed two ways past the login: GHSA-7x63-xv5r-3p2x and GHSA-5hvv-m4w4-gf6v.
const leastProxyRelease = [7, 15, 2] as const;

/** Above dev the Service of the UI leads to a proxy that asks who is there. */
export const uiAuthenticated: StackRule = {
  scope: "stack",
  name: "jaeger-ui-require-authentication",
  description:
    "Above dev Service jaeger-query leads only to an authenticating proxy beside jaeger-query in the same pod, in which nothing else runs: oauth2-proxy with an identity provider in production, where a file of users is for programs and shows people no form; with password users alone in staging; no path skips it, it has no known way past it, and it checks what the identity provider says and knows domains and groups by their names.",
  severity: "critical",
  remediationSteps:
    "Run oauth2-proxy as a sidecar of jaeger-query, let the Service target its port, and give it no skip-auth setting.",
  *judge(stack) {
    const found = limitsOf(stack.environment);
    if ("problem" in found) {
      yield { message: `Who can open the UI cannot be judged: ${found.problem}.` };
      return;
    }
    const { uiAuthentication } = found.limits;
    if (uiAuthentication === "none") return;
    const service = stack.find("Service", "observability", "jaeger-query");
    // That it exists and leads somewhere is the rule of jaeger-configuration-require-readable.
    if (service === undefined) return;
    const queries = collectorContainers(stack).filter(
      ({ configuration }) =>
        "document" in configuration &&
        entries(at(configuration.document, "extensions")).some(
          ([id]) => componentType(id) === "jaeger_query",
        ),
    );
    for (const owner of stack.resources) {
      if (owner.namespace !== "observability") continue;
      for (const template of podTemplates(owner)) {
        if (!selects(service.at("spec", "selector"), template.labels)) continue;
        yield* companionProblems(owner, template);
        const own = queries.filter((query) => query.owner === owner).map(({ container }) => container.title);
        yield* judgePod(owner, template, service, own, uiAuthentication);
      }
    }
  },
};

// On the loopback of the pod whatever runs in it reaches jaeger-query, and could hand it on.
function* companionProblems(owner: Resource, template: PodTemplate): Iterable<Finding> {
  // One that prepares the pod has ended before jaeger-query starts.
  const preparing = elements(at(template.spec, "initContainers")).filter(
    (spec) => at(spec, "restartPolicy") === undefined,
  );
  for (const { spec, title } of containers(template)) {
    const { basename } = parseImage(text(at(spec, "image")) ?? "");
    if (basename === "jaeger" || basename === "oauth2-proxy" || preparing.includes(spec)) continue;
    yield {
      urn: owner.urn,
      message: `${owner.title}, ${title}: it runs beside jaeger-query and reaches it without a login. Run it in a pod of its own.`,
    };
  }
}

function* judgePod(
  owner: Resource,
  template: PodTemplate,
  service: Resource,
  queries: readonly string[],
  authentication: UiAuthentication,
): Iterable<Finding> {
  const { urn, title } = owner;
  for (const port of elements(service.at("spec", "ports"))) {
    const target = at(port, "targetPort") ?? at(port, "port");
    const behind = containers(template).filter(({ spec }) =>
      elements(at(spec, "ports")).some(
        (entry) => at(entry, "containerPort") === target || at(entry, "name") === target,
      ),
    );
    const [proxy] = behind;
    if (proxy === undefined || behind.length > 1) {
      yield {
        urn,
        message: `${title}: the port ${show(target)} of ${service.title} belongs to ${behind.length} containers. Name it on the proxy alone.`,
      };
    } else if (queries.includes(proxy.title)) {
      yield {
        urn,
        message: `${title}: ${service.title} leads to ${proxy.title} itself. Lead it to the authenticating proxy.`,
      };
    } else {
      for (const problem of proxyProblems(proxy, authentication)) {
        yield { urn, message: `${title}, ${proxy.title}: ${problem}.` };
      }
    }
  }
}

function* proxyProblems(proxy: Container, authentication: UiAuthentication): Iterable<string> {
  const image = at(proxy.spec, "image");
  const { basename, tag } = parseImage(text(image) ?? "");
  if (basename !== "oauth2-proxy") {
    yield `${show(image)} is not oauth2-proxy, the one proxy whose settings are judged`;
    return;
  }
  if (!isAtLeast(tag, leastProxyRelease)) {
    yield `${show(image)} does not name release ${leastProxyRelease.join(".")} or later, and the ones before it have ways past the login; write the tag of one`;
  }
  if (elements(at(proxy.spec, "envFrom")).length > 0) {
    yield "envFrom may bring settings that are not judged; write its variables in env";
  }
  if (hasUnknownSettings(proxy)) {
    yield "its arguments or variables are unknown during preview, so one of them might let requests past it; write them plainly";
  }
  const settings = proxySettings(proxy);
  for (const [name, value] of settings) {
    if (/^(skip-auth|api-route|trusted-ip|skip-jwt-bearer)/.test(name) && value !== "false") {
      yield `${name} (${show(value)}) lets requests past the proxy; leave it out`;
    }
    if (/^(insecure-oidc|ssl-insecure)/.test(name) && value !== "false") {
      yield `${name} (${show(value)}) takes the identity provider's word without checking it; leave it out`;
    }
    if (name === "cookie-secure" && value !== "true") {
      yield `cookie-secure is ${show(value)}, so sessions travel in clear; leave it out`;
    }
    if (name === "config" || name === "alpha-config")
      yield `${name} takes settings from a file that is not judged; use arguments`;
    if (name === "authenticated-emails-file")
      yield `${name} lets in people whom a file names that is not judged; leave it out`;
    if (authentication === "basic" && name === "email-domain")
      yield `email-domain (${show(value)}) lets in people of an identity provider, beside those who have a password; leave it out`;
  }
  const upstreams = settings.filter(([name]) => name === "upstream").map(([, value]) => value ?? null);
  if (
    upstreams.length !== 1 ||
    !/^http:\/\/(127\.0\.0\.1|localhost):\d+\/?$/.test(text(upstreams[0]) ?? "")
  ) {
    yield `its upstream is ${show(upstreams)}; set the loopback address of jaeger-query, and no other`;
  }
  const given = (name: string): Value | undefined => settings.find(([key]) => key === name)?.[1];
  if (authentication === "oauth2") {
    if (!/^https:\/\//.test(text(given("oidc-issuer-url")) ?? "")) {
      yield `oidc-issuer-url is ${show(given("oidc-issuer-url"))}; name the identity provider over https`;
    }
    yield* peopleProblems(settings);
    // Whichever of several counts: none may switch it on.
    const form = settings.filter(([name]) => name === "display-htpasswd-form").map(([, value]) => value);
    if (
      given("htpasswd-file") !== undefined &&
      (form.length === 0 || form.some((value) => value !== "false"))
    ) {
      yield "htpasswd-file without display-htpasswd-form=false offers people a login past single sign-on; leave it out, or switch the form off and let only programs have a password";
    }
  } else if (text(given("htpasswd-file")) === undefined) {
    yield `htpasswd-file is ${show(given("htpasswd-file"))}; name the mounted file with the users`;
  }
}

function isAtLeast(tag: string | undefined, least: readonly number[]): boolean {
  const release = /^v?(\d+)\.(\d+)\.(\d+)/
    .exec(tag ?? "")
    ?.slice(1)
    .map(Number);
  if (release === undefined) return false;
  const different = release.findIndex((part, index) => part !== least[index]);
  return different === -1 || (release[different] ?? 0) > (least[different] ?? 0);
}

/** Domains and groups: each word counts, and one that means everybody is enough. */
function* peopleProblems(settings: readonly (readonly [string, Value | undefined])[]): Iterable<string> {
  const wordsOf = (name: string): readonly string[] =>
    settings
      .filter(([key]) => key === name)
      .flatMap(([, value]) => (text(value) ?? "").split(","))
      .map((word) => word.replaceAll('"', "").trim());
  const domains = wordsOf("email-domain");
  if (domains.length === 0 || domains.some((domain) => /^[*.]?$/.test(domain))) {
    yield `email-domain is ${show([...domains])}; name each domain whose people may sign in`;
  }
  if (wordsOf("allowed-group").includes("")) {
    yield "allowed-group has no name, with which everybody of the domains comes in; name each group, or leave it out";
  }
}
