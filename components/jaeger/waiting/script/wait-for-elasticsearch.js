// @ts-check
"use strict";

/**
 * Ends once Jaeger can start: Elasticsearch answers and knows Jaeger's user. It waits for as long as that takes, and says
 * why. URL, USERNAME and PASSWORD_FILE are environment variables.
 */

const { readFileSync } = require("node:fs");
const { setTimeout: pause } = require("node:timers/promises");

const { URL: url = "", USERNAME: username = "", PASSWORD_FILE: passwordFile = "" } = process.env;
const { NODE_EXTRA_CA_CERTS: authorityFile } = process.env;

/** Node.js reads it once, at its start. */
const authority = () => (authorityFile === undefined ? "" : readFileSync(authorityFile, "utf8"));

/** @returns {Promise<string | undefined>} why Jaeger cannot start yet */
async function problem() {
  try {
    // Read anew each time: the password may come later.
    const password = readFileSync(passwordFile, "utf8").replace(/\r?\n$/, "");
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
    const path = "/_security/_authenticate";
    const response = await fetch(`${url}${path}`, {
      headers: { authorization },
      signal: AbortSignal.timeout(10_000),
    });
    await response.arrayBuffer();
    return response.status === 200 ? undefined : `the login as ${username} gives ${response.status}`;
  } catch (/** @type {any} */ error) {
    return error.cause?.message || error.cause?.code || error.message;
  }
}

async function main() {
  const trusted = authority();
  let told = "";
  for (;;) {
    const reason = await problem();
    if (reason === undefined) return;
    if (reason !== told) console.log(`waiting for ${url}: ${reason}`);
    told = reason;
    if (authority() !== trusted) {
      console.log("the authority's certificate has changed: started anew, it is read");
      process.exit(1);
    }
    await pause(1000);
  }
}

// The first process of a container ignores what it does not handle.
process.once("SIGTERM", () => process.exit(143));
void main();
