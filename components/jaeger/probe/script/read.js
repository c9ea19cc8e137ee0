// @ts-check
"use strict";

/** Reads a trace back through the proxy before the query API, and says what stands in the way. */

const { readFileSync } = require("node:fs");
const { setTimeout: sleep } = require("node:timers/promises");
const { parsed, request, shown, wordOf } = require("./request.js");

/** @typedef {import("../plan").ProbePlan} ProbePlan */
/** @typedef {import("./request.js").Answer} Answer */
/** @typedef {"storage" | "query" | "auth"} Reason */
/** @typedef {"there" | Reason} State */
/** @typedef {{ reason: Reason, word: string, isCutShort?: boolean }} Obstacle */

/** An API's client and no browser: who is refused gets 401, and no page to log in on. */
const accept = { accept: "application/json" };

/** @param {Answer} answer @returns {State} */
function stateOf({ status, text }) {
  // A redirect leads to a login.
  if (status === 401 || status === 403 || (status >= 300 && status < 400)) return "auth";
  const body = parsed(text);
  if (status === 200 && Array.isArray(body?.result?.resourceSpans)) {
    return body.result.resourceSpans.length > 0 ? "there" : "storage";
  }
  // Jaeger's own words: it has no such trace (404), or its storage fails.
  if (isJaegersError(body) && (status === 404 || status >= 500)) return "storage";
  return "query";
}

/** @param {any} body @returns {boolean} */
function isJaegersError(body) {
  return typeof body?.error?.httpCode === "number";
}

/** Whether Jaeger itself has answered, and not what stands before it. @param {Answer} answer */
function isJaegers({ text }) {
  const body = parsed(text);
  return isJaegersError(body) || typeof body?.result === "object";
}

/** @param {ProbePlan} plan */
function authorization({ username, passwordFile }) {
  // Read anew each time: the password may have changed.
  const password = readFileSync(passwordFile, "utf8").replace(/\r?\n$/, "");
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

/** @param {ProbePlan} plan @param {string} traceId @param {number} timeoutSeconds @returns {Promise<Obstacle | undefined>} */
async function obstacle(plan, traceId, timeoutSeconds) {
  const url = `${plan.readUrl}/${traceId}`;
  let headers;
  try {
    headers = { ...accept, authorization: authorization(plan) };
  } catch (error) {
    return { reason: "auth", word: wordOf(error) };
  }
  try {
    const answer = await request(url, { headers, timeoutSeconds });
    const state = stateOf(answer);
    return state === "there" ? undefined : { reason: state, word: `GET ${url}: ${shown(answer)}` };
  } catch (/** @type {any} */ error) {
    // By the deadline, and not by the time that an answer may take.
    const isCutShort = error.isTimeout === true && timeoutSeconds < plan.readTimeoutSeconds;
    return { reason: "query", word: `GET ${url}: ${wordOf(error)}`, isCutShort };
  }
}

/**
 * Asks until the trace is there or the deadline has come.
 * @param {ProbePlan} plan @param {string} traceId
 * @returns {Promise<Obstacle | undefined>} what stood in the way at last
 */
async function readBack(plan, traceId) {
  const deadline = performance.now() + plan.readDeadlineSeconds * 1000;
  /** @type {Obstacle | undefined} */
  let last;
  for (;;) {
    const leftSeconds = (deadline - performance.now()) / 1000;
    const timeoutSeconds = Math.min(plan.readTimeoutSeconds, leftSeconds);
    const found = await obstacle(plan, traceId, timeoutSeconds);
    if (found === undefined) return undefined;
    // A question that was cut short says less than the one before it.
    if (last === undefined || !found.isCutShort) last = found;
    if (performance.now() + plan.readPauseSeconds * 1000 >= deadline) return last;
    await sleep(plan.readPauseSeconds * 1000);
  }
}

/**
 * Whether Jaeger answers somebody who has no credential. Any answer of its own is one too many: also that there is no
 * such trace.
 * @param {ProbePlan} plan @param {string} traceId @returns {Promise<boolean>}
 */
async function isOpen({ readUrl, readTimeoutSeconds }, traceId) {
  try {
    const answer = await request(`${readUrl}/${traceId}`, {
      headers: accept,
      timeoutSeconds: readTimeoutSeconds,
    });
    return isJaegers(answer);
  } catch {
    return false;
  }
}

module.exports = { isJaegers, isOpen, readBack, stateOf };
