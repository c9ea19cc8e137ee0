// Starts no program; tests/engine runs programs and packs under the real engine.
import assert from "node:assert/strict";
import * as grpc from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import {
  AnalyzerHandshakeRequest,
  AnalyzerStackConfigureRequest,
  AnalyzerStackConfigureResponse,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Children, ending } from "../../../sandbox/providers/languageHost/children";
import { nodeOptions, optionVariables } from "../../../sandbox/providers/languageHost/options";
import { stackVariables, startPolicyProxy } from "../../../sandbox/providers/languageHost/policyProxy";
import { programDependencies, sdkEntryPoint } from "../../../sandbox/providers/languageHost/sdk";

describe("runtime options of a project", () => {
  it("are TypeScript and nothing else when there are none", () => {
    assert.deepEqual(optionVariables(nodeOptions(undefined)), { PULUMI_NODEJS_TYPESCRIPT: "true" });
  });

  it("reach Node.js and the SDK", () => {
    const options = nodeOptions({
      typescript: false,
      tsconfig: "tsconfig.pulumi.json",
      nodeargs: "--a=1  --b",
    });
    assert.deepEqual(options.nodeArguments, ["--a=1", "--b"]);
    assert.deepEqual(optionVariables(options), { PULUMI_NODEJS_TSCONFIG_PATH: "tsconfig.pulumi.json" });
  });

  it("of a wrong type are refused with name and value", () => {
    assert.throws(() => nodeOptions({ typescript: "yes" }), /runtime\.options\.typescript is "yes"/);
    assert.throws(() => nodeOptions({ nodeargs: ["--a"] }), /runtime\.options\.nodeargs/);
  });
});

describe("the SDK of a program", () => {
  let folder = "";
  before(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "program-")));
    const sdk = join(folder, "node_modules", "@pulumi", "pulumi");
    mkdirSync(join(sdk, "cmd", "run"), { recursive: true });
    writeFileSync(join(sdk, "cmd", "run", "index.js"), "");
    writeFileSync(join(sdk, "package.json"), JSON.stringify({ version: "9.9.9" }));
    writeFileSync(
      join(folder, "package.json"),
      JSON.stringify({ dependencies: { "@pulumi/pulumi": "^9", absent: "1" } }),
    );
    mkdirSync(join(folder, "stacks", "one"), { recursive: true });
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("is looked for from its own folder upward, and not where the host lies", () => {
    const found = sdkEntryPoint("@pulumi/pulumi/cmd/run", join(folder, "stacks", "one"));
    assert.equal(found, join(folder, "node_modules", "@pulumi", "pulumi", "cmd", "run", "index.js"));
  });

  it("that is missing is named with the folder and the way out", () => {
    assert.throws(
      () => sdkEntryPoint("@pulumi/pulumi/cmd/absent", folder),
      /cmd\/absent was not found from .*program-.* npm ci/,
    );
  });

  it("and its other packages are listed with the versions that are installed", () => {
    assert.deepEqual(programDependencies(join(folder, "stacks", "one")), [
      { name: "@pulumi/pulumi", version: "9.9.9" },
      { name: "absent", version: "missing" },
    ]);
  });
});

describe("processes of the language host", () => {
  it("end with it", async () => {
    const children = new Children();
    const child = children.start(["-e", "setInterval(() => {}, 1000); console.log('up')"], {
      folder: tmpdir(),
      environment: {},
    });
    await new Promise((resolve) => child.stdout.once("data", resolve));
    const ended = ending(child);
    await children.stopAll();
    assert.deepEqual(await ended, { code: null, signal: "SIGINT" });
  });
});

describe("what stands before a policy pack", () => {
  function configureRequest(): AnalyzerStackConfigureRequest {
    const request = new AnalyzerStackConfigureRequest();
    request.setProject("nova-tracing");
    request.setStack("dev");
    request.getConfigMap().set("nova-tracing:a", "1");
    return request;
  }

  it("gives it the stack's name and configuration, and leaves out what the engine does", () => {
    const { PULUMI_NODEJS_STACK, PULUMI_NODEJS_ORGANIZATION, PULUMI_CONFIG } = stackVariables(
      configureRequest().serializeBinary(),
    );
    assert.deepEqual(
      [PULUMI_NODEJS_STACK, PULUMI_NODEJS_ORGANIZATION, PULUMI_CONFIG],
      ["dev", undefined, '{"nova-tracing:a":"1"}'],
    );
  });

  it("starts it when the stack is known, and not before, and answers with why it could not", async () => {
    const starts: string[] = [];
    const proxy = await startPolicyProxy((variables) => {
      starts.push(variables["PULUMI_NODEJS_STACK"] ?? "");
      return Promise.reject(new Error("the pack is broken"));
    });
    const engine = new AnalyzerClient(`127.0.0.1:${proxy.port}`, grpc.credentials.createInsecure());
    try {
      await new Promise<void>((resolve, reject) => {
        engine.handshake(new AnalyzerHandshakeRequest(), (error) => {
          if (error === null) resolve();
          else reject(error);
        });
      });
      assert.deepEqual(starts, []);
      const configured = new Promise<AnalyzerStackConfigureResponse>((resolve, reject) => {
        engine.configureStack(configureRequest(), (error, response) => {
          if (error === null) resolve(response);
          else reject(error);
        });
      });
      await assert.rejects(configured, /the pack is broken/);
      assert.deepEqual(starts, ["dev"]);
    } finally {
      engine.close();
      proxy.close();
    }
  });
});
