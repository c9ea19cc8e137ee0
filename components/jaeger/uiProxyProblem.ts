import type { OAuth2UiAccess, UiAccess } from "./uiAccessArgs";
import { entranceProblem } from "./uiEntrance";
import { signOutProblem } from "./uiSignOut";

/**
 * Name of a group as oauth2-proxy takes it in one argument: a comma would make two of it, a quotation mark is read away,
 * and an empty one would let everybody of the domains in.
 */
export const groupName = /^(?=\S)[^,"$\p{Cc}]{1,255}(?<=\S)$/u;

/** Why people could not get in that way, with what to write instead; undefined if they can. */
export function proxyProblem(access: UiAccess): string | undefined {
  const entrance = entranceProblem(access);
  if (entrance !== undefined) return entrance;
  for (const key of ["sessionGeneration", "passwordGeneration"] as const) {
    const generation = access[key] ?? 1;
    if (!Number.isInteger(generation) || generation < 1) {
      return `${key} ${generation} is no whole number from 1 on`;
    }
  }
  if (access.authentication === "basic") return undefined;
  const { issuerUrl, clientId, emailDomains } = access;
  if (!/^https:\/\/[^\s/]+/.test(issuerUrl) || !URL.canParse(issuerUrl)) {
    return `issuerUrl "${issuerUrl}" is no https:// address. Write that of the identity provider`;
  }
  if (clientId === "") return "clientId is empty. Write the name of the client at the identity provider";
  if (emailDomains.length === 0 || emailDomains.includes("*")) {
    return "emailDomains names no domain. Write those whose people may come in, each by its name";
  }
  const signOut = access.signOutUrl === undefined ? undefined : signOutProblem(access.signOutUrl, issuerUrl);
  return signOut === undefined ? groupProblem(access) : `signOutUrl "${access.signOutUrl}" ${signOut}`;
}

function groupProblem({ allowedGroups, groupsClaim, scopes }: OAuth2UiAccess): string | undefined {
  if (allowedGroups?.length === 0) {
    return "allowedGroups names no group, so everybody of emailDomains would come in. Write those whose people may, or leave it out";
  }
  const wrong = allowedGroups?.find((group) => !groupName.test(group));
  if (wrong !== undefined) {
    return `allowedGroups has "${wrong}", which the proxy does not read as one group. Write a name without comma, quotation mark and dollar sign, and without a blank at its ends`;
  }
  if (allowedGroups === undefined && groupsClaim !== undefined) {
    return "groupsClaim says where groups are, but no group counts. Write allowedGroups, or leave groupsClaim out";
  }
  if (scopes !== undefined && !scopes.includes("openid")) {
    return `scopes ${scopes.join(", ")} has no openid, without which nobody is signed in. Add it`;
  }
  return undefined;
}
