// @ts-check
"use strict";

const { readFileSync } = require("node:fs");
const { setTimeout: pause } = require("node:timers/promises");

/** @typedef {import("../plan").Login} Login */
/** @typedef {{ status: number, body: any }} Answer */

/** What stops the bootstrap; its message is for whoever has to repair something. */
class Stop extends Error {}

/** Answers that say "not now" and not "no". */
const passing = [408, 429, 502, 503, 504];

/** Asks Elasticsearch as one user. */
class Client {
  /**
   * @param {string} url
   * @param {Login} login
   * @param {{ deadline: number, pauseMilliseconds: number }} patience deadline in milliseconds of the epoch
   */
  constructor(url, { username, passwordFile }, patience) {
    const password = readFileSync(passwordFile, "utf8").replace(/\r?\n$/, "");
    this.url = url;
    this.username = username;
    this.authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
    this.patience = patience;
  }

  /**
   * One question, asked once.
   * @param {string} method
   * @param {string} path
   * @param {unknown} [body]
   * @returns {Promise<Answer>}
   */
  async ask(method, path, body) {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { authorization: this.authorization, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    const text = await response.text();
    return { status: response.status, body: parse(text) };
  }

  /**
   * A question that has to be answered with one of these statuses; what passes by itself is asked again.
   * @param {string} method
   * @param {string} path
   * @param {unknown} [body]
   * @param {readonly number[]} [also] statuses that are an answer beside success
   * @returns {Promise<Answer>}
   */
  async expect(method, path, body, also = []) {
    for (;;) {
      /** @type {string} */
      let problem;
      let mayPass = true;
      try {
        const answer = await this.ask(method, path, body);
        if (answer.status < 300 || also.includes(answer.status)) return answer;
        problem = `${answer.status} ${reasonOf(answer.body)}`;
        mayPass = passing.includes(answer.status);
      } catch (error) {
        problem = causeOf(error);
      }
      const message = `${method} ${path} as ${this.username}: ${problem}`;
      if (!mayPass || Date.now() >= this.patience.deadline) throw new Stop(message);
      console.log(`${message}; trying again`);
      await pause(this.patience.pauseMilliseconds);
    }
  }

  /**
   * Waits until the cluster knows all its data and this user.
   * @param {string} path a question whose answer 200 says so
   */
  async wait(path) {
    const began = Date.now();
    for (;;) {
      let problem;
      try {
        const answer = await this.ask("GET", path);
        if (answer.status === 200) return;
        problem =
          answer.status === 408
            ? `it is ${answer.body?.status ?? "not healthy"}: some shards have not started`
            : `${answer.status} ${reasonOf(answer.body)}`;
      } catch (error) {
        problem = causeOf(error);
      }
      const seconds = Math.round((Date.now() - began) / 1000);
      if (Date.now() >= this.patience.deadline) {
        throw new Stop(
          `${this.url} was not usable as ${this.username} within ${seconds} s. Last: ${problem}`,
        );
      }
      console.log(`[${seconds} s] waiting for ${this.url} as ${this.username}: ${problem}`);
      await pause(this.patience.pauseMilliseconds);
    }
  }
}

/** @param {string} text */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text === "" ? undefined : text.slice(0, 300);
  }
}

/**
 * The one sentence of an error of Elasticsearch that a person needs.
 * @param {any} body
 * @returns {string}
 */
function reasonOf(body) {
  const error = body?.error;
  if (typeof error === "object" && error !== null) return `${error.type}: ${error.reason}`;
  return typeof error === "string" ? error : JSON.stringify(body ?? "without a word");
}

/**
 * Why there was no answer: the network's own word, which fetch hides below its own.
 * @param {any} error
 * @returns {string}
 */
function causeOf(error) {
  const cause = error?.cause ?? error;
  return [cause?.code, cause?.message].filter(Boolean).join(" ") || String(error);
}

module.exports = { Client, Stop };
