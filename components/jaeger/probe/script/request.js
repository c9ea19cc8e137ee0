// @ts-check
"use strict";

/** One request over HTTP, on a connection of its own: each may meet another pod. No redirect is followed. */

const http = require("node:http");
const https = require("node:https");

/** @typedef {{ ca: Buffer, cert: Buffer, key: Buffer }} Credentials PEM: who is trusted, and what is shown */
/** @typedef {{ method?: string, headers?: Record<string, string>, body?: string, timeoutSeconds: number, tls?: Credentials }} Question */
/** @typedef {{ status: number, text: string }} Answer */

/** Characters of an answer that are read; a trace of one span is far below. */
const longestAnswer = 1024 * 1024;

/** @param {string} url @param {Question} question @returns {Promise<Answer>} @throws the network's own word */
function request(url, { method = "GET", headers = {}, body = "", timeoutSeconds, tls }) {
  return new Promise((resolve, reject) => {
    const length = body === "" ? {} : { "content-length": Buffer.byteLength(body) };
    const options = { method, headers: { ...headers, ...length }, agent: false };
    const sent = url.startsWith("https:")
      ? https.request(url, { ...options, ...tls })
      : http.request(url, options);
    // Of all that it takes: the name, the connection and the whole answer.
    const late = setTimeout(() => {
      const error = new Error(`no answer within ${Math.round(timeoutSeconds * 10) / 10} s`);
      sent.destroy(Object.assign(error, { isTimeout: true }));
    }, timeoutSeconds * 1000);
    /** @param {Error} error */
    const fail = (error) => {
      clearTimeout(late);
      reject(error);
    };
    sent.on("error", fail);
    sent.on("response", (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (/** @type {string} */ part) => {
        text += part;
        if (text.length > longestAnswer) sent.destroy(new Error("the answer is longer than a trace can be"));
      });
      response.on("error", fail);
      response.on("end", () => {
        clearTimeout(late);
        resolve({ status: response.statusCode ?? 0, text });
      });
    });
    sent.end(body);
  });
}

/** What the network says; some errors have no more than a code. @param {any} error @returns {string} */
function wordOf(error) {
  return error.message || error.code || String(error);
}

/** @param {string} text @returns {any} undefined where it is no JSON object */
function parsed(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** An answer in a line of the log. @param {Answer} answer @returns {string} */
function shown({ status, text }) {
  const words = text.replace(/\s+/g, " ").trim();
  return words === "" ? `${status}` : `${status} ${words.slice(0, 160)}`;
}

module.exports = { parsed, request, shown, wordOf };
