import type { YamlMap } from "./sharedConfig";
import type { UiAccess } from "./uiAccessArgs";

/**
 * Path that ends the UI's session and leads on: to the form for a password; to the provider's `end_session_endpoint`;
 * or, where that is not known, to a plain "OK", because the UI's first page would sign in again at once by way of a
 * provider that still knows who this is.
 */
export function signOutPath(access: UiAccess): string {
  const path = "/oauth2/sign_out";
  if (access.authentication === "basic") return path;
  return `${path}?rd=${encodeURIComponent(access.signOutUrl ?? "/ping")}`;
}

/**
 * Why the proxy would not lead to the provider's sign-out, with what to write instead; undefined if it does. It leads to
 * the host of the issuer and no other: else anybody could make it lead people wherever they like.
 */
export function signOutProblem(signOutUrl: string, issuerUrl: string): string | undefined {
  const hostOf = (url: string): string | undefined => (URL.canParse(url) ? new URL(url).host : undefined);
  const [host, allowed] = [hostOf(signOutUrl), hostOf(issuerUrl)];
  if (/^https:\/\//.test(signOutUrl) && host === allowed) return undefined;
  return `is not on https://${allowed}, the host of issuerUrl, which is the only one that the proxy leads to when somebody signs out. Write the end_session_endpoint of the provider's /.well-known/openid-configuration, or leave it out`;
}

/** Where there is more about Jaeger, as its own menu has it. */
const aboutLinks: readonly (readonly [label: string, url: string])[] = [
  ["Website / Docs", "https://www.jaegertracing.io/"],
  ["Blog", "https://medium.com/jaegertracing/"],
  ["Discussions / Q&A", "https://github.com/orgs/jaegertracing/discussions"],
  ["Online Chat", "https://cloud-native.slack.com/archives/CGG7NFUJ3"],
  ["GitHub", "https://github.com/jaegertracing/"],
];

/**
 * The menu at the right of the UI's bar. One that is set takes the place of Jaeger's own, so that is in it again; what
 * only the page knows (commit and day of the build) is left out.
 */
export function uiMenu(version: string, path: string): YamlMap[] {
  const about = aboutLinks.map(([label, url]) => ({ label, url }));
  return [
    { label: "About Jaeger", items: [...about, { label: `Jaeger v${version}` }] },
    // Without a target it would open beside the UI, which would stay open.
    { label: "Sign out", url: path, anchorTarget: "_self" },
  ];
}
