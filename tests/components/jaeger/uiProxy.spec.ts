import assert from "node:assert/strict";
import { proxyArguments, proxyImage } from "../../../components/jaeger/uiProxy";
import { proxyProblem } from "../../../components/jaeger/uiProxyProblem";
import { signOutPath } from "../../../components/jaeger/uiSignOut";
import { basicAccess, oauth2Access } from "./support/distributed";

// oauth2-proxy itself does not run here but in tests/elasticsearch/probe.spec.ts and tests/elasticsearch/access.

function flags(words: readonly string[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const word of words) {
    const [, name = "", value = ""] = /^--([a-z0-9-]+)=(.*)$/s.exec(word) ?? [];
    found.set(name, [...(found.get(name) ?? []), value]);
  }
  return found;
}

describe("the proxy before the UI", () => {
  const basic = flags(proxyArguments(basicAccess.host, basicAccess, true));
  const oauth2 = flags(proxyArguments(oauth2Access.host, oauth2Access, false));

  it("is a release without the known ways past its login (7.15.2 and later)", () => {
    assert.match(proxyImage, /^quay\.io\/oauth2-proxy\/oauth2-proxy:v7\.15\.([2-9]|\d\d+)$/);
  });

  for (const [name, given] of Object.entries({ basic, oauth2 })) {
    describe(name, () => {
      it("leads to the loopback of its pod, and nowhere else", () => {
        assert.deepEqual(given.get("upstream"), ["http://127.0.0.1:16686"]);
      });

      it("lets no request past it: no path, address, token or method is exempt", () => {
        for (const flag of given.keys()) {
          assert.doesNotMatch(flag, /^(skip-auth|skip-jwt|api-route|trusted-ip|config|alpha-config)/);
        }
      });

      it("believes no header about where a request comes from", () => {
        assert.equal(given.get("reverse-proxy"), undefined);
        assert.deepEqual(given.get("redirect-url"), ["https://jaeger.nova.com/oauth2/callback"]);
      });

      it("has cookies that only travel encrypted and last for a day's work", () => {
        assert.deepEqual(given.get("cookie-secure"), ["true"]);
        assert.deepEqual(given.get("cookie-expire"), ["12h"]);
      });

      it("takes its secrets from files", () => {
        assert.deepEqual(given.get("cookie-secret-file"), ["/etc/oauth2-proxy/cookie-secret"]);
        assert.deepEqual(given.get("client-secret-file"), ["/etc/oauth2-proxy/client-secret"]);
        for (const flag of ["cookie-secret", "client-secret", "basic-auth-password"])
          assert.ok(!given.has(flag));
      });
    });
  }

  it("with single sign-on asks the identity provider, for people of the given domains alone", () => {
    assert.deepEqual(oauth2.get("provider"), ["oidc"]);
    assert.deepEqual(oauth2.get("oidc-issuer-url"), ["https://sso.nova.com/realms/nova"]);
    assert.deepEqual(oauth2.get("client-id"), ["jaeger"]);
    assert.deepEqual(oauth2.get("email-domain"), ["nova.com", "nova.org"]);
    assert.equal(oauth2.get("htpasswd-file"), undefined);
  });

  it("with single sign-on has users for the probe alone, and shows people no form for them", () => {
    const probed = flags(proxyArguments(oauth2Access.host, oauth2Access, true));
    assert.deepEqual(probed.get("htpasswd-file"), ["/etc/oauth2-proxy/users"]);
    assert.deepEqual(probed.get("display-htpasswd-form"), ["false"]);
    const others = (given: Map<string, string[]>) =>
      [...given].filter(([name]) => !name.includes("htpasswd"));
    assert.deepEqual(others(probed), others(oauth2));
  });

  it("with single sign-on leads to the identity provider when somebody signs out, and to no other host", () => {
    assert.deepEqual(oauth2.get("whitelist-domain"), ["sso.nova.com"]);
    assert.equal(basic.get("whitelist-domain"), undefined);
    const issuerUrl = "https://sso.nova.com:8443/realms/nova";
    const other = flags(proxyArguments(oauth2Access.host, { ...oauth2Access, issuerUrl }, false));
    assert.deepEqual(other.get("whitelist-domain"), ["sso.nova.com:8443"]);
  });

  it("with single sign-on verifies what it gets: nonce and code challenge", () => {
    assert.deepEqual(oauth2.get("insecure-oidc-skip-nonce"), ["false"]);
    assert.deepEqual(oauth2.get("code-challenge-method"), ["S256"]);
  });

  const inGroups = { ...oauth2Access, allowedGroups: ["/tracing/readers", "On call"] };

  it("with groups lets in who is in one of them, and counts the probe's user in", () => {
    const given = flags(proxyArguments(oauth2Access.host, inGroups, true));
    assert.deepEqual(given.get("allowed-group"), ["/tracing/readers", "On call"]);
    assert.deepEqual(given.get("oidc-groups-claim"), ["groups"]);
    assert.deepEqual(given.get("scope"), ["openid email profile groups"]);
    assert.deepEqual(given.get("htpasswd-user-group"), ["/tracing/readers"]);
    assert.deepEqual(
      given.get("email-domain"),
      ["nova.com", "nova.org"],
      "the domain has to be right all the same",
    );
    assert.ok(!flags(proxyArguments(oauth2Access.host, inGroups, false)).has("htpasswd-user-group"));
  });

  it("reads groups from the claim that is named, and asks for the scopes that are", () => {
    const other = { ...inGroups, groupsClaim: "realm_access.roles", scopes: ["openid", "email", "roles"] };
    const given = flags(proxyArguments(oauth2Access.host, other, true));
    assert.deepEqual(given.get("oidc-groups-claim"), ["realm_access.roles"]);
    assert.deepEqual(given.get("scope"), ["openid email roles"]);
  });

  it("without groups says nothing of any", () => {
    for (const given of [oauth2, basic]) {
      for (const flag of given.keys()) assert.doesNotMatch(flag, /group|scope/);
    }
    const asking = { ...oauth2Access, scopes: ["openid", "email"] };
    const { scope } = Object.fromEntries(flags(proxyArguments(oauth2Access.host, asking, true)));
    assert.deepEqual(scope, ["openid email"]);
  });

  it("with passwords knows the users of its file, and nobody by a domain of e-mail addresses", () => {
    assert.deepEqual(basic.get("htpasswd-file"), ["/etc/oauth2-proxy/users"]);
    assert.deepEqual(basic.get("display-htpasswd-form"), ["true"]);
    assert.equal(basic.get("email-domain"), undefined);
    assert.ok(basic.has("client-id"), "it does not start without one");
  });

  it("never carries the client's secret", () => {
    assert.doesNotMatch(proxyArguments(oauth2Access.host, oauth2Access, true).join(" "), /canary/);
  });

  const refused: [string, object, RegExp][] = [
    ["an identity provider without TLS", { issuerUrl: "http://sso.nova.com" }, /^issuerUrl "http:/],
    ["an address that is none", { issuerUrl: "https://" }, /^issuerUrl/],
    ["an empty client", { clientId: "" }, /^clientId is empty/],
    ["no domain", { emailDomains: [] }, /^emailDomains names no domain/],
    ["every domain", { emailDomains: ["*"] }, /^emailDomains names no domain/],
    ["groups, and none of them", { allowedGroups: [] }, /^allowedGroups names no group/],
    [
      "an empty group, with which the proxy lets everybody in",
      { allowedGroups: [""] },
      /^allowedGroups has ""/,
    ],
    ["a blank for a group", { allowedGroups: ["readers", " "] }, /^allowedGroups has " "/],
    ["two groups in one", { allowedGroups: ["readers,writers"] }, /^allowedGroups has "readers,writers"/],
    ["a group in quotation marks", { allowedGroups: ['"readers"'] }, /^allowedGroups has ""readers""/],
    ["a claim of groups where none counts", { groupsClaim: "roles" }, /^groupsClaim says where/],
    ["no way in", { ingressClassName: undefined }, /or gateway, for an HTTPRoute: neither is there/],
    ["two ways in", { gateway: { name: "shared", namespace: "gateways" } }, /both are there/],
    [
      "an Ingress's annotations without an Ingress",
      { ingressClassName: undefined, gateway: { name: "a", namespace: "b" }, controllerAnnotations: true },
      /^controllerAnnotations are an Ingress's/,
    ],
    ["half a generation of sessions", { sessionGeneration: 1.5 }, /^sessionGeneration 1\.5/],
    ["a generation of passwords before the first", { passwordGeneration: 0 }, /^passwordGeneration 0/],
    [
      "a sign-out at another host, where the proxy would not lead",
      { signOutUrl: "https://sso.nova.org/end" },
      /^signOutUrl "https:\/\/sso\.nova\.org\/end" is not on https:\/\/sso\.nova\.com, the host of issuerUrl/,
    ],
    ["a sign-out at another port", { signOutUrl: "https://sso.nova.com:8443/end" }, /^signOutUrl/],
    ["a sign-out without TLS", { signOutUrl: "http://sso.nova.com/end" }, /^signOutUrl/],
    ["a sign-out that is no address", { signOutUrl: "/end" }, /^signOutUrl/],
    ["scopes that sign nobody in", { scopes: ["email"] }, /^scopes email has no openid/],
  ];
  for (const [what, change, message] of refused) {
    it(`is refused with ${what}`, () => {
      assert.match(proxyProblem({ ...oauth2Access, ...change }) ?? "", message);
    });
  }

  it("signs out there too where it knows the address, and else of the UI alone", () => {
    const signOutUrl = "https://sso.nova.com/realms/nova/end?client_id=jaeger&x=$1#y";
    const path = signOutPath({ ...oauth2Access, signOutUrl });
    const { pathname, searchParams } = new URL(path, "https://jaeger.nova.com");
    assert.deepEqual([pathname, ...searchParams], ["/oauth2/sign_out", ["rd", signOutUrl]]);
    assert.doesNotMatch(path, /[$<]/, "Jaeger would put a group of its search in place of $1 in its page");
    assert.equal(signOutPath(oauth2Access), "/oauth2/sign_out?rd=%2Fping");
    assert.equal(signOutPath(basicAccess), "/oauth2/sign_out");
  });

  it("is not refused otherwise", () => {
    const own = { ...oauth2Access, signOutUrl: "https://sso.nova.com:443/realms/nova/end?client_id=jaeger" };
    assert.equal(proxyProblem({ ...own, sessionGeneration: 2, passwordGeneration: 3 }), undefined);
    assert.equal(proxyProblem(oauth2Access), undefined);
    assert.equal(proxyProblem(basicAccess), undefined);
  });
});
