/** What an Ingress's annotations mean for nginx. */
export interface EdgeLogin {
  /** Lines of each of its locations. */
  readonly inLocation: readonly string[];
  /** Lines beside them. */
  readonly beside: readonly string[];
}

const prefix = "nginx.ingress.kubernetes.io/";

/** Annotations that no Ingress controller acts upon. */
const ignored = new Set(["pulumi.com/skipAwait"]);

/** File with the users of a Secret, in nginx's folder. */
export function usersFile(secret: string): string {
  return `users-${secret}`;
}

/**
 * The login that ingress-nginx's annotations ask for: `auth_request` with `auth-url` and `auth-signin`, `auth_basic` with
 * `auth-type`, `auth-secret` and `auth-realm`. What a controller makes of them beside that is not shown.
 *
 * @param port of nginx itself, which has the host of `auth-url`
 * @throws where an annotation is of another kind, or one is missing that belongs to another
 */
export function edgeLogin(
  name: string,
  annotations: Readonly<Record<string, string>>,
  host: string,
  port: number,
): EdgeLogin {
  const given = new Map<string, string>();
  for (const [key, value] of Object.entries(annotations)) {
    if (ignored.has(key)) continue;
    if (!key.startsWith(prefix)) throw new Error(`Ingress ${name}: what does the annotation ${key} mean?`);
    given.set(key.slice(prefix.length), value);
  }
  const take = (key: string): string => {
    const value = given.get(key);
    if (value === undefined) throw new Error(`Ingress ${name}: ${key} is missing`);
    given.delete(key);
    return value;
  };
  const login = given.has("auth-url")
    ? askingProxy(name, new URL(take("auth-url")), take("auth-signin"), host, port)
    : given.has("auth-type")
      ? askingPassword(take("auth-type"), take("auth-secret"), take("auth-realm"))
      : { inLocation: [], beside: [] };
  if (given.size > 0) throw new Error(`Ingress ${name}: what does ${[...given.keys()].join(", ")} mean?`);
  return login;
}

function askingProxy(name: string, url: URL, signIn: string, host: string, port: number): EdgeLogin {
  if (url.protocol !== "https:" || url.host !== host) throw new Error(`Ingress ${name}: who is ${url.host}?`);
  const [question, start] = [`/_ask_${name}`, `@sign_in_${name}`];
  return {
    inLocation: [`auth_request ${question};`, `error_page 401 = ${start};`],
    beside: [
      `location = ${question} {`,
      "internal;",
      `proxy_pass https://127.0.0.1:${port}${url.pathname};`,
      "proxy_ssl_server_name on;",
      `proxy_ssl_name ${host};`,
      "proxy_pass_request_body off;",
      'proxy_set_header Content-Length "";',
      `proxy_set_header Host ${host};`,
      "proxy_set_header X-Original-URL $scheme://$http_host$request_uri;",
      "proxy_set_header X-Original-Method $request_method;",
      "}",
      // A controller writes the address as a parameter has to be; no path of the tests needs it.
      `location ${start} { return 302 ${signIn}?rd=$scheme://$http_host$request_uri; }`,
    ],
  };
}

function askingPassword(type: string, secret: string, realm: string): EdgeLogin {
  if (type !== "basic") throw new Error(`auth-type ${type}`);
  return {
    inLocation: [`auth_basic "${realm}";`, `auth_basic_user_file ${usersFile(secret)};`],
    beside: [],
  };
}
