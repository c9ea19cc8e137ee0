import https from "node:https";
import type { ClientRequest, IncomingHttpHeaders } from "node:http";

/** What came of a visit. */
export interface Page {
  readonly status: number;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface VisitorArgs {
  /** Port of the loopback in place of a host's 443. */
  readonly portOf: Readonly<Record<string, number>>;
  readonly certificate: string;
}

const longestChain = 12;

/** Somebody with cookies who follows redirects and fills forms in, as a browser does, without its scripts. */
export class Visitor {
  readonly #cookies = new Map<string, Map<string, string>>();
  readonly #args: VisitorArgs;

  constructor(args: VisitorArgs) {
    this.#args = args;
  }

  /** A cookie that a host has set; undefined where there is none. */
  cookie(host: string, name: string): string | undefined {
    return this.#cookies.get(host)?.get(name);
  }

  /** Takes a cookie that somebody else has been given. */
  setCookie(host: string, name: string, value: string): void {
    this.#cookies.set(host, new Map([[name, value]]));
  }

  /** Opens an address, and goes where it leads. @param form sent by POST */
  async open(url: string, form?: Readonly<Record<string, string>>): Promise<Page> {
    let page = await this.step(url, form);
    for (let length = 0; length < longestChain; length++) {
      const { location } = page.headers;
      if (page.status < 300 || page.status >= 400 || location === undefined) return page;
      page = await this.step(new URL(location, page.url).href);
    }
    throw new Error(`${url} leads on and on, at last to ${page.url}`);
  }

  /** Sends the form of a page that has some fields, with them filled in. */
  submit({ text, url }: Page, fields: Readonly<Record<string, string>>): Promise<Page> {
    const form = [...text.matchAll(/<form[^]*?<\/form>/g)]
      .map(([whole]) => whole)
      .find((whole) => Object.keys(fields).every((name) => whole.includes(`name="${name}"`)));
    const action = /\saction="([^"]*)"/.exec(form ?? "")?.[1];
    if (form === undefined || action === undefined) {
      throw new Error(`${url} has no form with ${Object.keys(fields).join(", ")}:\n${text.slice(0, 500)}`);
    }
    const hidden: Record<string, string> = {};
    for (const [input] of form.matchAll(/<input[^>]*type="hidden"[^>]*>/g)) {
      const [name, value] = ["name", "value"].map(
        (key) => new RegExp(`${key}="([^"]*)"`).exec(input)?.[1] ?? "",
      );
      hidden[name ?? ""] = value ?? "";
    }
    return this.open(new URL(action, url).href, { ...hidden, ...fields });
  }

  /** One request, wherever its answer leads. */
  step(url: string, form?: Readonly<Record<string, string>>): Promise<Page> {
    const { hostname, pathname, search } = new URL(url);
    const port = this.#args.portOf[hostname];
    if (port === undefined) return Promise.resolve({ status: 0, url, headers: {}, text: "" });
    const jar = this.#cookies.get(hostname) ?? new Map<string, string>();
    this.#cookies.set(hostname, jar);
    const body = form && new URLSearchParams(form).toString();
    return new Promise((resolve, reject) => {
      https
        .request(
          {
            host: "127.0.0.1",
            port,
            servername: hostname,
            ca: this.#args.certificate,
            agent: false,
            method: body === undefined ? "GET" : "POST",
            path: pathname + search,
            headers: {
              host: hostname,
              accept: "text/html",
              cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; "),
              ...(body !== undefined && {
                "content-type": "application/x-www-form-urlencoded",
                "content-length": Buffer.byteLength(body),
                origin: `https://${hostname}`,
              }),
            },
            timeout: 10_000,
          },
          (response) => {
            keep(jar, response.headers["set-cookie"] ?? []);
            let text = "";
            response.setEncoding("utf8").on("data", (part: string) => (text += part));
            response.on("end", () => {
              resolve({ status: response.statusCode ?? 0, url, headers: response.headers, text });
            });
          },
        )
        .on("timeout", function (this: ClientRequest) {
          this.destroy(new Error(`${url}: no answer within 10 s`));
        })
        .on("error", reject)
        .end(body);
    });
  }
}

function keep(jar: Map<string, string>, lines: readonly string[]): void {
  for (const line of lines) {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    const expires = /expires=([^;]*)/i.exec(line)?.[1];
    if (value === "" || (expires !== undefined && Date.parse(expires) <= Date.now())) jar.delete(name);
    else jar.set(name, value);
  }
}
