import { at, elements, text, UNKNOWN, type Value } from "../engine/snapshot";
import { commandLine, type Container } from "./podTemplate";

/** Lists whose variable and key of a file are called in the plural, and the argument in the singular. */
const plurals = /^(upstream|email-domain|allowed-group|htpasswd-user-group)s$/;

/**
 * Settings of oauth2-proxy by the names of its arguments. Arguments and variables are one set: `--skip-auth-route` and
 * `OAUTH2_PROXY_SKIP_AUTH_ROUTES`.
 */
export function proxySettings(proxy: Container): [string, Value | undefined][] {
  const words = commandLine(proxy);
  const flags = words.flatMap((word, index): [string, Value | undefined][] => {
    const [, name, value] = /^--?([^=]+)(?:=(.*))?$/s.exec(text(word) ?? "") ?? [];
    if (name === undefined) return [];
    const next = words[index + 1];
    return [[name, value ?? (text(next)?.startsWith("-") === false ? next : "true")]];
  });
  const variables = elements(at(proxy.spec, "env")).flatMap((entry): [string, Value | undefined][] => {
    const name = /^OAUTH2_PROXY_(.+)$/.exec(text(at(entry, "name")) ?? "")?.[1];
    if (name === undefined) return [];
    const argument = name.toLowerCase().replaceAll("_", "-").replace(plurals, "$1");
    return [[argument, at(entry, "value") ?? null]];
  });
  return [...flags, ...variables];
}

/** Whether some of them cannot be told in a preview. */
export function hasUnknownSettings(proxy: Container): boolean {
  const isUnknown = (entry: Value): boolean =>
    at(entry, "name") === UNKNOWN || at(entry, "value") === UNKNOWN;
  return commandLine(proxy).includes(UNKNOWN) || elements(at(proxy.spec, "env")).some(isUnknown);
}
