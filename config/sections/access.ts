import type { z } from "zod";
import { groupName } from "../../components/jaeger/uiProxyProblem";
import { signOutProblem } from "../../components/jaeger/uiSignOut";
import type { Environment, EnvironmentLimits } from "../../policy/limits";
import {
  dnsLabel,
  flag,
  group,
  hostName,
  httpsUrl,
  issuer,
  limitsSource,
  listOf,
  oneOf,
  pattern,
  wholeNumber,
} from "./fields";

const entrance = {
  host: hostName("a host name", "for example jaeger.nova.com"),
  ingressClassName: dnsLabel(
    "the name of an IngressClass",
    "for example nginx, or gateway in its place",
  ).optional(),
  gateway: group({
    name: dnsLabel(
      "the name of a Gateway that allows listeners of the namespace observability",
      "for example shared",
    ),
    namespace: dnsLabel("the namespace of that Gateway", "for example gateways"),
  }).optional(),
  issuer,
  controllerAnnotations: flag(
    "whether an Ingress controller that knows ingress-nginx's annotations asks first who is there",
    "false, or leave it out: the proxy asks in any case",
  ).optional(),
  sessionGeneration: generation("a new key of the sessions, which ends all of them"),
  passwordGeneration: generation("new passwords of the proxy's users, people's and the probe's"),
};

interface Entrance {
  readonly ingressClassName?: string | undefined;
  readonly gateway?: object | undefined;
  readonly controllerAnnotations?: boolean | undefined;
}

/** An Ingress or a Gateway: two ways in are one too many to look after. */
function hasOneEntrance(
  { ingressClassName, gateway, controllerAnnotations }: Entrance,
  context: z.core.$RefinementCtx,
): void {
  const refuse = (key: string, message: string): void => {
    context.addIssue({ code: "custom", path: [key], message });
  };
  if (ingressClassName === undefined && gateway === undefined) {
    refuse("ingressClassName", "is missing; it or gateway says how people come in. Write one of them");
  } else if (ingressClassName !== undefined && gateway !== undefined) {
    refuse("gateway", "stands beside ingressClassName, and people come in one way. Take one of them out");
  } else if (gateway !== undefined && controllerAnnotations === true) {
    refuse("controllerAnnotations", "is of no use with a gateway, which has no Ingress. Take it out");
  }
}

function generation(of: string) {
  return wholeNumber(1, 1_000_000, `a whole number from 1, counted up for ${of}`, "1").optional();
}

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
    return group({ authentication: authentication("basic", environment), ...entrance }).superRefine(
      hasOneEntrance,
    );
  }
  return group({
    authentication: authentication("oauth2", environment),
    ...entrance,
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
    allowedGroups: listOf(
      pattern(
        'the name of a group (no comma, quotation mark or "$", no blank at its ends)',
        "for example tracing-readers",
        groupName,
      ),
      "the groups of which people have to be in one, at least one",
      "for example [tracing-readers], or leave it out: then everybody of emailDomains may sign in",
    ).optional(),
    groupsClaim: pattern(
      "the claim in which the identity provider says somebody's groups",
      "for example groups",
      /^[\w.:/-]{1,255}$/,
    ).optional(),
    scopes: listOf(
      pattern("a scope of OpenID Connect", "for example openid", /^[^\s"\\$]{1,255}$/),
      "the scopes that the identity provider is asked for",
      "for example [openid, email, profile, groups]",
    )
      .refine(
        (scopes) => scopes.includes("openid"),
        "must have openid, without which nobody is signed in. Add it",
      )
      .optional(),
    signOutUrl: httpsUrl(
      "the end_session_endpoint of the identity provider",
      "it as the provider's /.well-known/openid-configuration has it",
    ).optional(),
  })
    .superRefine(hasOneEntrance)
    .superRefine(({ allowedGroups, groupsClaim, issuerUrl, signOutUrl }, context) => {
      const refuse = (key: string, message: string): void => {
        context.addIssue({ code: "custom", path: [key], message });
      };
      const signOut = signOutUrl === undefined ? undefined : signOutProblem(signOutUrl, issuerUrl);
      if (signOut !== undefined) refuse("signOutUrl", signOut);
      if (groupsClaim !== undefined && allowedGroups === undefined) {
        refuse("groupsClaim", "is of no use where no group counts. Write allowedGroups, or take it out");
      }
    });
}
