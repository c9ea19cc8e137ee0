import type { Environment, EnvironmentLimits } from "../../policy/limits";
import { dnsLabel, group, hostName, httpsUrl, issuer, limitsSource, listOf, oneOf, pattern } from "./fields";

const ingress = {
  host: hostName("a host name", "for example jaeger.nova.com"),
  ingressClassName: dnsLabel("the name of an IngressClass", "for example nginx"),
  issuer,
};

function authentication<const Way extends string>(way: Way, environment: Environment) {
  return oneOf([way], `${way}: how people get to the UI of ${environment} (${limitsSource})`);
}

/** No way in but a port-forward. */
export function closedUi(environment: Environment) {
  return group({ authentication: authentication("none", environment) });
}

/** Behind a proxy that asks who is there: password users, or an identity provider. */
export function authenticatedUi({ uiAuthentication }: EnvironmentLimits, environment: Environment) {
  if (uiAuthentication !== "oauth2") {
    return group({ authentication: authentication("basic", environment), ...ingress });
  }
  return group({
    authentication: authentication("oauth2", environment),
    ...ingress,
    issuerUrl: httpsUrl(
      "the address of the identity provider (OpenID Connect)",
      "for example https://sso.nova.com",
    ),
    clientId: pattern("the name of the client at the identity provider", "for example jaeger", /^\S{1,255}$/),
    emailDomains: listOf(
      hostName("a domain of e-mail addresses", "for example nova.com"),
      "the domains whose people may sign in, at least one",
      "for example [nova.com]",
    ),
  });
}
