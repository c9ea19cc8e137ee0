// @ts-check
"use strict";

/**
 * Elasticsearch's own metrics for Prometheus: `node main.js PLAN`. It asks at each scrape, so that what it tells is
 * never old; where Elasticsearch does not answer the scrape fails, and its target is down.
 */

const { readFileSync } = require("node:fs");
const http = require("node:http");
const https = require("node:https");
const { createSecureContext, rootCertificates } = require("node:tls");
const {
  healthFamilies,
  lifecycleFamilies,
  nodeFamilies,
  render,
  snapshotFamilies,
} = require("./readings.js");

/** @typedef {import("../plan").MonitorPlan} MonitorPlan */
/** @typedef {import("./readings.js").Family} Family */

/**
 * Password and authority are read anew each time: both may have changed.
 *
 * @param {MonitorPlan} plan @param {string} path @returns {Promise<any>}
 */
function ask({ authorityFile, url, username, passwordFile, timeoutMilliseconds }, path) {
  const password = readFileSync(passwordFile, "utf8").replace(/\r?\n$/, "");
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  const options = { headers: { authorization }, signal: AbortSignal.timeout(timeoutMilliseconds) };
  return new Promise((resolve, reject) => {
    const sent = url.startsWith("https:")
      ? https.get(`${url}${path}`, { ...options, agent: agentTrusting(authorityFile) })
      : http.get(`${url}${path}`, options);
    sent.on("error", reject);
    sent.on("response", (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (/** @type {string} */ part) => (text += part));
      response.on("error", reject);
      response.on("end", () => {
        const { statusCode = 0 } = response;
        if (statusCode !== 200) reject(new Error(`GET ${path} as ${username}: ${statusCode}`));
        else resolve(text);
      });
    });
  }).then((text) => JSON.parse(text));
}

/** @type {{ authority: string, agent: https.Agent } | undefined} */
let trusting;

/**
 * Trusts the authority of Elasticsearch beside those that Node.js knows. One for as long as the file stays the same:
 * what OpenSSL makes of 150 certificates is large and out of the garbage collector's sight, and one for each question
 * would fill the pod's memory in minutes.
 *
 * @param {string | undefined} file @returns {https.Agent}
 */
function agentTrusting(file) {
  if (file === undefined) return https.globalAgent;
  const authority = readFileSync(file, "utf8");
  if (trusting?.authority !== authority) {
    const secureContext = createSecureContext({ ca: [...rootCertificates, authority] });
    trusting = { authority, agent: new https.Agent({ secureContext }) };
  }
  return trusting.agent;
}

/**
 * For what is not the cluster itself: a repository that is away leaves out its own metrics, whose absence is an alert,
 * and no others.
 * @param {Promise<Family[]>} families @returns {Promise<Family[]>}
 */
function orNone(families) {
  return families.catch((/** @type {unknown} */ error) => {
    console.error(`left out: ${reasonOf(error)}`);
    return [];
  });
}

// The newest first; of so many one has succeeded, or there is reason enough for an alert.
const snapshotQuery = "sort=start_time&order=desc&size=50&ignore_unavailable=true&index_names=false";

/** @param {MonitorPlan} plan @returns {Promise<string>} */
async function metrics(plan) {
  const { lifecycle, snapshotRepository: repository } = plan;
  const families = await Promise.all([
    ask(plan, "/_cluster/health").then(healthFamilies),
    ask(plan, "/_nodes/stats/fs,thread_pool").then(nodeFamilies),
    lifecycle ? orNone(ask(plan, "/_ilm/status").then(lifecycleFamilies)) : [],
    repository === undefined
      ? []
      : orNone(
          ask(plan, `/_snapshot/${repository}/*?${snapshotQuery}`).then((answer) =>
            snapshotFamilies(repository, answer),
          ),
        ),
  ]);
  return render(families.flat());
}

/** The network's own word, which an error may hide below its own. @param {any} error @returns {string} */
function reasonOf(error) {
  return error.cause?.message || error.cause?.code || error.message;
}

/** @param {MonitorPlan} plan */
function serve(plan) {
  const server = http.createServer((request, response) => {
    if (request.url === "/health") {
      response.end("ok\n");
    } else if (request.url === "/metrics") {
      metrics(plan).then(
        (text) => response.setHeader("content-type", "text/plain; version=0.0.4").end(text),
        (/** @type {unknown} */ error) => {
          const reason = `Elasticsearch cannot be read: ${reasonOf(error)}`;
          console.error(reason);
          response.writeHead(503).end(`${reason}\n`);
        },
      );
    } else {
      response.writeHead(404).end();
    }
  });
  server.listen(plan.port, plan.host, () => {
    console.log(`metrics of ${plan.url} on port ${plan.port}`);
  });
  for (const signal of ["SIGTERM", "SIGINT"]) {
    process.once(signal, () => {
      server.close();
      server.closeAllConnections();
    });
  }
}

const [, , planFile] = process.argv;
if (planFile === undefined) {
  console.error("usage: main.js PLAN");
  process.exitCode = 2;
} else {
  serve(JSON.parse(readFileSync(planFile, "utf8")));
}
