// @ts-check
"use strict";

/**
 * Elasticsearch's own metrics for Prometheus: `node main.js PLAN`. It asks at each scrape, so that what it tells is
 * never old; where Elasticsearch does not answer the scrape fails, and its target is down.
 */

const { readFileSync } = require("node:fs");
const http = require("node:http");
const {
  healthFamilies,
  lifecycleFamilies,
  nodeFamilies,
  render,
  snapshotFamilies,
} = require("./readings.js");

/** @typedef {import("../plan").MonitorPlan} MonitorPlan */
/** @typedef {import("./readings.js").Family} Family */

/** Certificates of the authority of Elasticsearch. */
function authority() {
  const file = process.env.NODE_EXTRA_CA_CERTS;
  return file === undefined ? "" : readFileSync(file, "utf8");
}

/** @param {MonitorPlan} plan @param {string} path @returns {Promise<any>} */
async function ask({ url, username, passwordFile, timeoutMilliseconds }, path) {
  // Read anew each time: the password may have changed.
  const password = readFileSync(passwordFile, "utf8").replace(/\r?\n$/, "");
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  const response = await fetch(`${url}${path}`, {
    headers: { authorization },
    signal: AbortSignal.timeout(timeoutMilliseconds),
  });
  if (!response.ok) throw new Error(`GET ${path} as ${username}: ${response.status}`);
  return response.json();
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

/** The network's own word, which fetch hides below its own. @param {any} error @returns {string} */
function reasonOf(error) {
  return error.cause?.message || error.cause?.code || error.message;
}

/** @param {MonitorPlan} plan */
function serve(plan) {
  const trusted = authority();
  const server = http.createServer((request, response) => {
    if (request.url === "/health") {
      // Node.js reads authorities once: with another one kubelet has to start this anew.
      const same = authority() === trusted;
      response.writeHead(same ? 200 : 500).end(same ? "ok\n" : "the authority's certificate has changed\n");
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
