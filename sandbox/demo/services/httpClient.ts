import http from "node:http";

const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
const TIMEOUT_MS = 5_000;

/** GETs a JSON document; anything but 200 is an error that names the address. */
export function getJson<T>(url: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { agent, timeout: TIMEOUT_MS }, (response) => {
      let text = "";
      response
        .setEncoding("utf8")
        .on("data", (chunk: string) => {
          text += chunk;
        })
        .on("error", reject)
        .on("end", () => {
          if (response.statusCode === 200) resolve(JSON.parse(text) as T);
          else
            reject(
              new Error(`GET ${url} answered ${response.statusCode ?? 0}: ${text.trim().slice(0, 200)}`),
            );
        });
    });
    request.on("error", reject).on("timeout", () => {
      request.destroy(new Error(`GET ${url} had no answer in ${TIMEOUT_MS} ms`));
    });
  });
}
