import type { UiAccess } from "./uiAccessArgs";

const prefix = "nginx.ingress.kubernetes.io";

/** Folder of the proxy's own addresses, by which people sign in: it must not ask who is there. */
export const signInPath = "/oauth2";

/** Key of a Secret with users as ingress-nginx takes them, in the form of htpasswd. */
export const edgeUsersKey = "auth";

/** Whether the Ingress controller asks for a password, of users in a Secret of its own. */
export function asksAtEdge({ authentication, controllerAnnotations }: UiAccess): boolean {
  return authentication === "basic" && controllerAnnotations === true;
}

/** Whether the Ingress controller asks the proxy about each request, and the way to sign in needs an Ingress of its own. */
export function asksProxy({ authentication, controllerAnnotations }: UiAccess): boolean {
  return authentication === "oauth2" && controllerAnnotations === true;
}

/**
 * What ingress-nginx, and controllers that read its annotations, understand as a login at the edge. It is the same
 * decision once more, by the same proxy or the same password: what ignores it loses nothing.
 *
 * @param usersSecret Secret with the users of the edge
 */
export function controllerAnnotations(access: UiAccess, usersSecret: string): Record<string, string> {
  if (asksProxy(access)) {
    return {
      [`${prefix}/auth-url`]: `https://${access.host}${signInPath}/auth`,
      // The controller adds where to come back to.
      [`${prefix}/auth-signin`]: `https://${access.host}${signInPath}/start`,
    };
  }
  if (!asksAtEdge(access)) return {};
  return {
    [`${prefix}/auth-type`]: "basic",
    [`${prefix}/auth-secret`]: usersSecret,
    [`${prefix}/auth-realm`]: "Jaeger",
  };
}
