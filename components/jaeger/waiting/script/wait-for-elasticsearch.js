// @ts-check
"use strict";

/**
 * Ends once Jaeger can start: Elasticsearch answers, knows Jaeger's user, and has the alias that Jaeger writes to, where
 * there is one. It waits for as long as that takes, and says why. URL, USERNAME, PASSWORD_FILE and WRITE_ALIAS are
 * environment variables.
 */

const { readFileSync } = require("node:fs");
const { setTimeout: pause } = require("node:timers/promises");

const {
  URL: url = "",
  USERNAME: username = "",
  PASSWORD_FILE: passwordFile = "",
  WRITE_ALIAS: alias,
} = process.env;

/** @param {string} path @returns {Promise<number>} the status */
async function ask(path) {
  // Read anew each time: the password may come later.
  const password = readFileSync(passwordFile, "utf8").replace(/\r?\n$/, "");
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  const response = await fetch(`${url}${path}`, {
    headers: { authorization },
    signal: AbortSignal.timeout(10_000),
  });
  await response.arrayBuffer();
  return response.status;
}

/** @returns {Promise<string | undefined>} why Jaeger cannot start yet */
async function problem() {
  try {
    const login = await ask("/_security/_authenticate");
    if (login !== 200) return `the login as ${username} gives ${login}`;
    if (alias === undefined) return undefined;
    const found = await ask(`/_alias/${alias}`);
    return found === 200 ? undefined : `the alias ${alias}, which the bootstrap makes, gives ${found}`;
  } catch (/** @type {any} */ error) {
    return error.cause?.message || error.cause?.code || error.message;
  }
}

async function main() {
  let told = "";
  for (;;) {
    const reason = await problem();
    if (reason === undefined) return;
    if (reason !== told) console.log(`waiting for ${url}: ${reason}`);
    told = reason;
    await pause(1000);
  }
}

void main();
