// @ts-check
"use strict";

/**
 * Black-box probe of tracing: `node main.js PLAN`. Round after round it does what a service and a person do: it writes a
 * span and reads its trace back, with a login and, to be refused, without. It goes on whatever fails.
 */

const { readFileSync } = require("node:fs");
const http = require("node:http");
const { Metrics } = require("./metrics.js");
const { round } = require("./round.js");

/** @typedef {import("../plan").ProbePlan} ProbePlan */

/** @param {ProbePlan} plan @param {Metrics} metrics */
function probe(plan, metrics) {
  let failed = 0;
  const once = async () => {
    const failure = await round(plan, metrics);
    if (failure !== undefined) {
      failed += 1;
      console.error(`round failed (${failure.reason}): ${failure.word}`);
    } else {
      if (failed > 0) console.log(`a round succeeds again, after ${failed} that failed`);
      failed = 0;
    }
  };
  void once();
  // A round may last longer than that: the next one begins all the same.
  setInterval(() => void once(), plan.intervalSeconds * 1000);
}

/** @param {ProbePlan} plan @param {Metrics} metrics */
function serve({ host, port }, metrics) {
  const server = http.createServer((request, response) => {
    if (request.url === "/health") response.end("ok\n");
    else if (request.url === "/metrics") {
      response.setHeader("content-type", "text/plain; version=0.0.4").end(metrics.render());
    } else response.writeHead(404).end();
  });
  server.listen(port, host);
}

const [, , planFile] = process.argv;
if (planFile === undefined) {
  console.error("usage: main.js PLAN");
  process.exitCode = 2;
} else {
  // The first process of a container ignores what it does not handle. A round that is cut short is no failure.
  for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, () => process.exit(0));
  const plan = JSON.parse(readFileSync(planFile, "utf8"));
  const metrics = new Metrics();
  serve(plan, metrics);
  console.log(`every ${plan.intervalSeconds} s: ${plan.writeUrl}, then ${plan.readUrl}`);
  probe(plan, metrics);
}
