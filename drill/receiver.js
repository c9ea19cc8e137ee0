// @ts-check
// Stands where the people are that alerts call: takes Alertmanager's notifications by webhook, and writes each as a line.
"use strict";

const http = require("node:http");

const [port = ""] = process.argv.slice(2);

http
  .createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (part) => (text += part));
    request.on("end", () => {
      /** @type {{ alerts: { status: string, labels: Record<string, string> }[] }} */
      const { alerts } = JSON.parse(text);
      for (const { status, labels } of alerts) {
        process.stdout.write(`${JSON.stringify({ status, labels, atMs: Date.now() })}\n`);
      }
      response.end();
    });
  })
  .listen(Number(port), "127.0.0.1");
