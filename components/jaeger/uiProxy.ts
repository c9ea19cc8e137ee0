import { ports } from "./ports";
import { proxyPages } from "./uiPages";

/** How the UI's proxy knows who is there. */
export type ProxyAuthentication =
  | { readonly authentication: "basic" }
  | {
      readonly authentication: "oauth2";
      /** Address of the identity provider (OpenID Connect), `https://...`. */
      readonly issuerUrl: string;
      /** Name of the client at the identity provider. */
      readonly clientId: string;
      /** Domains of the e-mail addresses that may come in. */
      readonly emailDomains: readonly string[];
      /** Groups of which somebody has to be in one, beside the domain. @default the domain alone counts */
      readonly allowedGroups?: readonly string[] | undefined;
      /** Claim with somebody's groups, in the ID token or in what the provider's userinfo says. @default groups */
      readonly groupsClaim?: string | undefined;
      /** What the provider is asked for. @default openid, email and profile, and groups where groups count */
      readonly scopes?: readonly string[] | undefined;
      /** Whether the Ingress controller asks first. @default false */
      readonly controllerAnnotations?: boolean | undefined;
    };

/**
 * oauth2-proxy, exactly this release: 7.15.2 closed two ways past the login that 7.15.0 and 7.15.1 still have
 * (GHSA-7x63-xv5r-3p2x and GHSA-5hvv-m4w4-gf6v).
 */
export const proxyImage = "quay.io/oauth2-proxy/oauth2-proxy:v7.15.3";

type SingleSignOn = Extract<ProxyAuthentication, { readonly authentication: "oauth2" }>;

/** Port that the proxy listens on. */
export const proxyPort = 4180;

/** User of the proxy by which the probe comes in; no person's. */
export const probeUser = "probe";

/** Folder with the proxy's Secret, and the files in it, which are the keys of that Secret. */
export const proxyFiles = {
  folder: "/etc/oauth2-proxy",
  users: "users",
  cookieSecret: "cookie-secret",
  clientSecret: "client-secret",
} as const;

/** Whether the proxy has a file of users: people's, a machine's or both. */
export function hasUsersFile({ authentication }: ProxyAuthentication, hasMachineUser: boolean): boolean {
  return authentication === "basic" || hasMachineUser;
}

/**
 * Arguments of the proxy. Nothing in them lets a request past it, and it believes no header about where a request
 * comes from (no `--reverse-proxy`): other pods reach it too, and could send the same headers.
 *
 * @param hasMachineUser whether a program comes in by a password, beside people
 */
export function proxyArguments(host: string, access: ProxyAuthentication, hasMachineUser: boolean): string[] {
  const file = (name: string): string => `${proxyFiles.folder}/${name}`;
  return [
    `--http-address=0.0.0.0:${proxyPort}`,
    `--upstream=http://127.0.0.1:${ports.queryHttp}`,
    `--redirect-url=https://${host}/oauth2/callback`,
    `--cookie-secret-file=${file(proxyFiles.cookieSecret)}`,
    "--cookie-secure=true",
    "--cookie-samesite=lax",
    // Who has left is out by the next day.
    "--cookie-expire=12h",
    // Without the provider's tokens, which nothing here reads, and which would make it larger than a proxy takes.
    "--session-cookie-minimal=true",
    `--client-secret-file=${file(proxyFiles.clientSecret)}`,
    // Jaeger knows no users: it hears of none.
    "--pass-basic-auth=false",
    "--pass-user-headers=false",
    "--silence-ping-logging=true",
    `--custom-templates-dir=${proxyPages.folder}`,
    ...(hasUsersFile(access, hasMachineUser) ? [`--htpasswd-file=${file(proxyFiles.users)}`] : []),
    // The form is for people who have a password.
    `--display-htpasswd-form=${access.authentication === "basic"}`,
    ...(access.authentication === "oauth2"
      ? [
          "--provider=oidc",
          `--oidc-issuer-url=${access.issuerUrl}`,
          `--client-id=${access.clientId}`,
          ...access.emailDomains.map((domain) => `--email-domain=${domain}`),
          ...groupArguments(access, hasMachineUser),
          "--code-challenge-method=S256",
          // By default an ID token is taken without the nonce that was asked for.
          "--insecure-oidc-skip-nonce=false",
          "--skip-provider-button=true",
          // To sign out there too: who is still signed in there comes in again without being asked.
          `--whitelist-domain=${new URL(access.issuerUrl).host}`,
          // A controller that asks first says by the whole address where to come back to.
          ...(access.controllerAnnotations === true ? [`--whitelist-domain=${host}`] : []),
        ]
      : [
          // The proxy starts with no provider at all. Its default one, which asks nobody at its start, has a client
          // that does not exist and no domain of e-mail addresses, so nobody comes in that way.
          "--provider=google",
          "--client-id=none",
        ]),
  ];
}

/** Domain and group both have to be right; the proxy keeps the groups of the sign-in for as long as a session lasts. */
function groupArguments(access: SingleSignOn, hasMachineUser: boolean): string[] {
  const { allowedGroups = [], groupsClaim = "groups", scopes } = access;
  const asked = scopes ?? ["openid", "email", "profile", "groups"];
  const [first] = allowedGroups;
  if (first === undefined) return scopes === undefined ? [] : [`--scope=${scopes.join(" ")}`];
  return [
    ...allowedGroups.map((group) => `--allowed-group=${group}`),
    `--oidc-groups-claim=${groupsClaim}`,
    `--scope=${asked.join(" ")}`,
    // The rule holds for programs too. It gets no group of its own, which somebody at the provider could have as well.
    ...(hasMachineUser ? [`--htpasswd-user-group=${first}`] : []),
  ];
}
