import { REDACTED } from "./redacted";

/** The names of a query string stay, for they tell which call it was; every value goes. */
export function scrubQuery(query: string): string {
  if (query === "" || query === "?") return query;
  const mark = query.startsWith("?") ? "?" : "";
  const parameters = query
    .slice(mark.length)
    .split("&")
    .map((parameter) => {
      const equals = parameter.indexOf("=");
      if (parameter === "") return "";
      // Without "=" the whole is a value; a name that is no plain word may be one too.
      const name = parameter.slice(0, Math.max(0, equals));
      if (!/^[\w.~[\]-]{1,64}$/.test(name)) return REDACTED;
      return `${name}=${REDACTED}`;
    });
  return `${mark}${parameters.join("&")}`;
}

/** An address, whole or from its path on, without its login, its query values and its fragment. */
export function scrubUrl(url: string): string {
  const fragment = url.indexOf("#");
  const bare = fragment === -1 ? url : url.slice(0, fragment);
  const mark = bare.indexOf("?");
  const address = mark === -1 ? bare : bare.slice(0, mark);
  const query = mark === -1 ? "" : scrubQuery(bare.slice(mark));
  return `${address.replace(/^([a-z][a-z0-9+.-]{0,15}:\/\/)[^/]*@/i, "$1")}${query}`;
}
