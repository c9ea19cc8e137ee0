// @ts-check
"use strict";

/** A round: a span is written, and its trace read back. */

const { randomBytes } = require("node:crypto");
const { isOpen, readBack } = require("./read.js");
const { write } = require("./write.js");

/** @typedef {import("../plan").ProbePlan} ProbePlan */
/** @typedef {import("./metrics.js").Metrics} Metrics */
/** @typedef {import("./metrics.js").Reason} Reason */

/**
 * @param {ProbePlan} plan @param {Metrics} metrics
 * @returns {Promise<{ reason: Reason, word: string } | undefined>} why it has failed
 */
async function round(plan, metrics) {
  const [traceId, spanId] = [randomBytes(16).toString("hex"), randomBytes(8).toString("hex")];
  const failure = await writeAndRead(plan, metrics, traceId, spanId);
  metrics.rounds += 1;
  if (failure === undefined) metrics.lastSuccessSeconds = Date.now() / 1000;
  else metrics.countFailure(failure.reason);
  if (await isOpen(plan, traceId)) {
    metrics.openAnswers += 1;
    console.error(`Jaeger answers without a login: GET ${plan.readUrl}/${traceId}`);
  }
  return failure;
}

/**
 * @param {ProbePlan} plan @param {Metrics} metrics @param {string} traceId @param {string} spanId
 * @returns {Promise<{ reason: Reason, word: string } | undefined>}
 */
async function writeAndRead(plan, metrics, traceId, spanId) {
  const begun = performance.now();
  const refusal = await write(plan, traceId, spanId);
  if (refusal !== undefined) return { reason: "ingest", word: refusal };
  const acknowledged = performance.now();
  metrics.acknowledged += 1;
  metrics.writeSeconds.observe((acknowledged - begun) / 1000);
  const obstacle = await readBack(plan, traceId);
  if (obstacle === undefined) metrics.freshnessSeconds.observe((performance.now() - acknowledged) / 1000);
  return obstacle;
}

module.exports = { round };
