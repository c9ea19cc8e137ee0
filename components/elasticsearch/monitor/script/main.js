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
 * The same for what is not the cluster itself: a repository that is away leaves out its own metrics, whose absence is an
 * alert, and no others.
 * @param {MonitorPlan} plan @param {string} path @returns {Promise<any>}
 */
async function askAside(plan, path) {
  try {
    return await ask(plan, path);
  } catch (error) {
    console.error(`left out: ${reasonOf(error)}`);
    return undefined;
  }
}

const snapshotQuery = "sort=start_time&order=desc&size=50&ignore_unavailable=true&index_names=false";

/** @param {MonitorPlan} plan @returns {Promise<string>} */
async function metrics(plan) {
  const [health, nodes, lifecycle, snapshots] = await Promise.all([
    ask(plan, "/_cluster/health"),
    ask(plan, "/_nodes/stats/fs,thread_pool"),
    plan.lifecycle ? askAside(plan, "/_ilm/status") : undefined,
    // The newest first; of so many one has succeeded, or there is reason enough for an alert.
    plan.snapshotRepository === undefined
      ? undefined
      : askAside(plan, `/_snapshot/${plan.snapshotRepository}/*?${snapshotQuery}`),
  ]);
  return render([
    ...healthFamilies(health),
    ...nodeFamilies(nodes),
    ...(lifecycle === undefined ? [] : lifecycleFamilies(lifecycle)),
    ...(plan.snapshotRepository === undefined || snapshots === undefined
      ? []
      : snapshotFamilies(plan.snapshotRepository, snapshots)),
  ]);
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
