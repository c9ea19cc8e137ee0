// The program that holds Jaeger's pods back, against a real node.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { waitingContainer } from "../../components/jaeger/waiting";
import { projectFolder } from "../../sandbox/support/paths";
import { until } from "../../sandbox/support/process";
import { connection } from "../components/jaeger/support/distributed";
import { list, text } from "../support/document";
import { freePort, type RealNode } from "./support/node";
import { sharedNode } from "./support/sharedNode";

const script = path.join(projectFolder, "components/jaeger/waiting/script/wait-for-elasticsearch.js");

describe("the wait for Elasticsearch before Jaeger", () => {
  let node: RealNode;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "nova-tracing-waiting-"));
  const passwordFile = path.join(folder, "password");

  before(async () => {
    node = await sharedNode();
  });
  after(() => {
    fs.rmSync(folder, { recursive: true });
  });

  /** Starts it as the pod does. */
  function wait(mechanism: "cleaner" | "ilm", change: { url?: string; username?: string } = {}) {
    const { env } = waitingContainer(
      connection(mechanism, { url: node.url, username: "elastic", indexPrefix: "waited", ...change }),
    );
    const variables = Object.fromEntries(list(env).map((one) => [text(one, "name"), text(one, "value")]));
    const child = spawn(process.execPath, [script], {
      env: { ...process.env, ...variables, NODE_EXTRA_CA_CERTS: undefined, PASSWORD_FILE: passwordFile },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let log = "";
    child.stdout.setEncoding("utf8").on("data", (part: string) => (log += part));
    return {
      log: () => log,
      hasEnded: () => child.exitCode !== null,
      ended: () => until(() => Promise.resolve(child.exitCode === 0), 20_000, 50),
      kill: () => child.kill("SIGKILL"),
    };
  }

  const says = (waiting: { log: () => string }, what: RegExp): Promise<boolean> =>
    until(() => Promise.resolve(what.test(waiting.log())), 20_000, 50);

  it("ends at once where all is there", async () => {
    fs.writeFileSync(passwordFile, node.password);
    assert.ok(await wait("cleaner").ended());
  });

  it("goes on while nobody answers, and says so once", async () => {
    fs.writeFileSync(passwordFile, node.password);
    const waiting = wait("cleaner", { url: `http://127.0.0.1:${await freePort()}` });
    assert.ok(await says(waiting, /ECONNREFUSED/));
    await sleep(2500);
    assert.ok(!waiting.hasEnded());
    assert.equal(waiting.log().trim().split("\n").length, 1);
    waiting.kill();
  });

  it("goes on until its user may log in: the password is read anew", async () => {
    fs.writeFileSync(passwordFile, "wrong");
    const waiting = wait("cleaner");
    assert.ok(await says(waiting, /the login as elastic gives 401/));
    assert.ok(!waiting.hasEnded());
    fs.writeFileSync(passwordFile, node.password);
    assert.ok(await waiting.ended());
  });

  it("with a lifecycle policy goes on until the alias is there, which a write would take the name of", async () => {
    fs.writeFileSync(passwordFile, node.password);
    const waiting = wait("ilm");
    assert.ok(
      await says(waiting, /the alias waited-jaeger-span-write, which the bootstrap makes, gives 404/),
    );
    assert.ok(!waiting.hasEnded());
    await node.ask("PUT", "/waited-jaeger-span-000001", { aliases: { "waited-jaeger-span-write": {} } });
    assert.ok(await waiting.ended());
  });
});
