// @ts-check
"use strict";

/** Writes a trace of one span, as a service does. */

const { readFileSync } = require("node:fs");
const { parsed, request, shown, wordOf } = require("./request.js");

/** @typedef {import("../plan").ProbePlan} ProbePlan */
/** @typedef {import("./request.js").Credentials} Credentials */

/** The service that the trace is of, as people see it in the UI. */
const serviceName = "nova-tracing-probe";

/** @param {string} traceId @param {string} spanId @param {number} nowMilliseconds @returns {object} OTLP as JSON */
function document(traceId, spanId, nowMilliseconds) {
  const span = {
    traceId,
    spanId,
    name: "write and read back",
    kind: 1,
    startTimeUnixNano: `${nowMilliseconds}000000`,
    endTimeUnixNano: `${nowMilliseconds + 1}000000`,
  };
  return {
    resourceSpans: [
      {
        resource: { attributes: [{ key: "service.name", value: { stringValue: serviceName } }] },
        scopeSpans: [{ scope: { name: serviceName }, spans: [span] }],
      },
    ],
  };
}

/** Read anew each time: cert-manager renews them. @param {ProbePlan["writeTls"]} files @returns {{ tls?: Credentials }} */
function credentials(files) {
  if (files === undefined) return {};
  const [ca, cert, key] = [files.ca, files.cert, files.key].map((file) => readFileSync(file));
  return { tls: /** @type {Credentials} */ ({ ca, cert, key }) };
}

/**
 * @param {ProbePlan} plan @param {string} traceId @param {string} spanId
 * @returns {Promise<string | undefined>} why it is not acknowledged
 */
async function write({ writeUrl, writeTls, writeTimeoutSeconds }, traceId, spanId) {
  const asked = `POST ${writeUrl}`;
  try {
    const answer = await request(writeUrl, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(document(traceId, spanId, Date.now())),
      timeoutSeconds: writeTimeoutSeconds,
      ...credentials(writeTls),
    });
    const body = parsed(answer.text);
    // A success may be a partial one, of no span.
    const taken = body !== undefined && Number(body.partialSuccess?.rejectedSpans ?? 0) === 0;
    return answer.status === 200 && taken ? undefined : `${asked}: ${shown(answer)}`;
  } catch (error) {
    return `${asked}: ${wordOf(error)}`;
  }
}

module.exports = { write };
