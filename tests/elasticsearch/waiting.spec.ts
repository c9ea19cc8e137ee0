// The program that holds Jaeger's pods back, against a real node.
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { jaegerRole } from "../../components/elasticsearch/role";
import { waitingContainer } from "../../components/jaeger/waiting";
import { projectFolder } from "../../sandbox/support/paths";
import { until } from "../../sandbox/support/process";
import { connection } from "../components/jaeger/support/distributed";
import { list, text } from "../support/document";
import { endChild, hasEnded } from "./support/endChild";
import { freePort } from "./support/freePort";
import type { RealNode } from "./support/node";
import { giveRole } from "./support/roles";
import { sharedNode } from "./support/sharedNode";

const username = "waiting-jaeger";
const script = path.join(projectFolder, "components/jaeger/waiting/script/wait-for-elasticsearch.js");

describe("the wait for Elasticsearch before Jaeger", () => {
  let node: RealNode;
  let folder: string;
  let passwordFile: string;
  let password: string;
  const children: ChildProcess[] = [];

  before(async () => {
    node = await sharedNode();
    // As in production: a user with no more than Jaeger's role.
    ({ password } = await giveRole(node, username, jaegerRole("waited", "ilm")));
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "nova-tracing-waiting-"));
    passwordFile = path.join(folder, "password");
  });
  afterEach(() => Promise.all(children.splice(0).map((child) => endChild(child))));
  after(() => {
    fs.rmSync(folder, { recursive: true });
  });

  /** Starts it as the pod does. */
  function wait(url = node.url, authorityFile?: string) {
    const { env } = waitingContainer(connection("ilm", { url, username }));
    const variables = Object.fromEntries(list(env).map((one) => [text(one, "name"), text(one, "value")]));
    const child = spawn(process.execPath, [script], {
      env: { ...process.env, ...variables, NODE_EXTRA_CA_CERTS: authorityFile, PASSWORD_FILE: passwordFile },
      stdio: ["ignore", "pipe", "ignore"],
    });
    children.push(child);
    let log = "";
    child.stdout.setEncoding("utf8").on("data", (part: string) => (log += part));
    return {
      log: () => log,
      hasEnded: () => hasEnded(child),
      endsWith: (code: number) => until(() => Promise.resolve(child.exitCode === code), 20_000, 50),
      kill: (signal: NodeJS.Signals) => child.kill(signal),
    };
  }

  const says = (waiting: { log: () => string }, what: RegExp): Promise<boolean> =>
    until(() => Promise.resolve(what.test(waiting.log())), 20_000, 50);

  it("ends at once where all is there", async () => {
    fs.writeFileSync(passwordFile, password);
    assert.ok(await wait().endsWith(0));
  });

  it("goes on while nobody answers, says so once, and ends when it is told to", async () => {
    fs.writeFileSync(passwordFile, password);
    const waiting = wait(`http://127.0.0.1:${await freePort()}`);
    assert.ok(await says(waiting, /ECONNREFUSED/));
    await sleep(2500);
    assert.ok(!waiting.hasEnded());
    assert.equal(waiting.log().trim().split("\n").length, 1);
    waiting.kill("SIGTERM");
    assert.ok(await waiting.endsWith(143));
  });

  it("goes on until its user may log in: the password is read anew", async () => {
    fs.writeFileSync(passwordFile, "wrong");
    const waiting = wait();
    assert.ok(await says(waiting, /the login as waiting-jaeger gives 401/));
    assert.ok(!waiting.hasEnded());
    fs.writeFileSync(passwordFile, password);
    assert.ok(await waiting.endsWith(0));
  });

  it("ends, to be started anew, where the authority has changed: Node.js reads it once", async () => {
    fs.writeFileSync(passwordFile, "wrong");
    const authorityFile = path.join(folder, "ca.crt");
    fs.writeFileSync(authorityFile, "");
    const waiting = wait(node.url, authorityFile);
    assert.ok(await says(waiting, /gives 401/));
    fs.writeFileSync(authorityFile, "\n");
    assert.ok(await waiting.endsWith(1));
  });
});
