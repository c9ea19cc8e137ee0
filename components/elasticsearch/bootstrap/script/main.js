// @ts-check
"use strict";

/**
 * Brings Elasticsearch to where Jaeger can start: `node main.js prepare|verify PLAN`. It may run at any time and any
 * number of times: what is in order is left alone, and what cannot be repaired without a decision stops it.
 */

const { readFileSync } = require("node:fs");
const { Stop } = require("./client.js");
const { prepare, verify } = require("./steps.js");

/** @param {string | undefined} word @param {string | undefined} planFile */
async function main(word, planFile) {
  const step = word === "prepare" ? prepare : word === "verify" ? verify : undefined;
  if (step === undefined || planFile === undefined) throw new Stop("usage: main.js prepare|verify PLAN");
  await step(JSON.parse(readFileSync(planFile, "utf8")));
}

// The first process of a container ignores what it does not handle.
process.once("SIGTERM", () => process.exit(143));
main(process.argv[2], process.argv[3]).catch((/** @type {unknown} */ error) => {
  console.error(error instanceof Stop ? `STOPPED: ${error.message}` : error);
  process.exitCode = 1;
});
