// Stands where the people are that alerts call: takes Alertmanager's notifications by webhook, and writes each as a line.
import http from "node:http";
import type { Notification } from "./notifications";

const [, , port = ""] = process.argv;

http
  .createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (part: string) => (text += part));
    request.on("end", () => {
      const { alerts } = JSON.parse(text) as { alerts: Omit<Notification, "atMs">[] };
      for (const { status, labels } of alerts) {
        process.stdout.write(`${JSON.stringify({ status, labels, atMs: Date.now() })}\n`);
      }
      response.end();
    });
  })
  .listen(Number(port), "127.0.0.1");
