import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse, stringify } from "yaml";
import { tracingProject } from "../../../sandbox/stack/deploy";
import { missingSecretKeys, writeProjectView, type ViewedProject } from "../../../sandbox/stack/view";
import { SandboxError } from "../../../sandbox/support/errors";
import { entriesBelow, useTemporaryFolder, writeFile } from "../helpers/temporaryFolder";

interface StackFile {
  readonly encryptionsalt?: string;
  readonly config: Record<string, unknown>;
}

describe("stack/view: writeProjectView", () => {
  const temporaryFolder = useTemporaryFolder();
  const view = (): string => path.join(temporaryFolder(), "state/view");
  const makeProject = (name = "project", marker = "the program"): string => {
    const project = path.join(temporaryFolder(), name);
    writeFile(path.join(project, "Pulumi.yaml"), "name: some\nruntime: nodejs\n");
    writeFile(path.join(project, "Pulumi.dev.yaml"), "config:\n  some:a: 1\n  some:b:\n    c: 2\n    d: 3\n");
    writeFile(path.join(project, "Pulumi.production.yaml"), "config:\n  some:a: 100\n");
    writeFile(path.join(project, "index.ts"), marker);
    writeFile(path.join(project, "components/one.ts"), "one");
    writeFile(path.join(project, ".git/HEAD"), "ref");
    return project;
  };
  const show = (checkout: string, more: Partial<ViewedProject> = {}): string =>
    writeProjectView(view(), { checkout, folder: "", stack: "dev", overlay: {}, ...more });
  const stackFile = (stack = "dev"): StackFile =>
    parse(fs.readFileSync(path.join(view(), `Pulumi.${stack}.yaml`), "utf8")) as StackFile;
  /** Name, time and content of everything in a folder. */
  const snapshot = (folder: string): unknown[] =>
    entriesBelow(folder).map((name) => {
      const file = path.join(folder, name);
      const { mtimeMs, mode } = fs.lstatSync(file);
      return [name, mtimeMs, mode, fs.lstatSync(file).isFile() ? fs.readFileSync(file, "utf8") : ""];
    });

  it("shows the project's files, and of its stack files only its own", () => {
    show(makeProject());
    assert.deepEqual(fs.readdirSync(view()).sort(), [
      "Pulumi.dev.yaml",
      "Pulumi.yaml",
      "components",
      "index.ts",
    ]);
    assert.equal(fs.readFileSync(path.join(view(), "index.ts"), "utf8"), "the program");
    assert.equal(fs.readFileSync(path.join(view(), "components/one.ts"), "utf8"), "one");
    assert.ok(fs.lstatSync(path.join(view(), "Pulumi.dev.yaml")).isFile(), "a file of its own, not a link");
  });

  it("lays the overlay over the shipped settings", () => {
    show(makeProject(), { overlay: { "some:b": { c: 9 }, "some:e": "new" } });
    assert.deepEqual(stackFile(), { config: { "some:a": 1, "some:b": { c: 9, d: 3 }, "some:e": "new" } });
  });

  it("makes the stack file of the overlay alone where the project ships none", () => {
    show(makeProject(), { stack: "trial", overlay: { "some:a": 5 } });
    assert.deepEqual(stackFile("trial"), { config: { "some:a": 5 } });
  });

  it("keeps the salt that Pulumi wrote, and takes up what the project changed since", () => {
    const project = makeProject();
    show(project);
    fs.appendFileSync(path.join(view(), "Pulumi.dev.yaml"), "encryptionsalt: v1:abc=:v1:def\n");
    writeFile(path.join(project, "Pulumi.dev.yaml"), "config:\n  some:a: 2\n");
    writeFile(path.join(project, "new.ts"), "new");
    show(project);
    assert.deepEqual(stackFile(), { encryptionsalt: "v1:abc=:v1:def", config: { "some:a": 2 } });
    assert.equal(fs.readFileSync(path.join(view(), "new.ts"), "utf8"), "new");
  });

  it("takes nothing that is encrypted in the user's stack file, for which there is no key here", () => {
    const project = makeProject();
    const text =
      "config:\n  some:a: { secure: v1:their:secret }\n  some:b: { c: { secure: v1:their:secret }, d: 3 }\n";
    writeFile(path.join(project, "Pulumi.dev.yaml"), `${text}encryptionsalt: v1:theirs=:v1:abc\n`);
    const folder = show(project);
    assert.deepEqual(stackFile(), { config: { "some:b": { c: "made-up-by-the-sandbox", d: 3 } } });
    // What is to be made up for it.
    const viewed = { checkout: project, folder: "", stack: "dev", overlay: {} };
    assert.deepEqual(missingSecretKeys(folder, viewed), ["some:a"]);
    assert.deepEqual(missingSecretKeys(folder, { ...viewed, madeUpSecrets: false }), []);
  });

  it("keeps a secret that was made up for it as long as it is needed, and its salt is there", () => {
    const project = makeProject();
    writeFile(path.join(project, "Pulumi.dev.yaml"), "config:\n  some:a: { secure: v1:their:secret }\n");
    const ours = { encryptionsalt: "v1:ours", config: { "some:a": { secure: "v1:made:up" } } };
    writeFile(path.join(view(), "Pulumi.dev.yaml"), stringify(ours));
    assert.deepEqual(
      missingSecretKeys(show(project), { checkout: project, folder: "", stack: "dev", overlay: {} }),
      [],
    );
    assert.deepEqual(stackFile(), ours);
    writeFile(path.join(project, "Pulumi.dev.yaml"), "config:\n  some:b: 1\n");
    show(project);
    assert.deepEqual(stackFile(), { encryptionsalt: "v1:ours", config: { "some:b": 1 } });
  });

  it("never writes into the project, not even when Pulumi writes into the view's stack file", () => {
    const project = makeProject();
    const before = snapshot(project);
    for (const stack of ["dev", "dev", "production", "trial"]) {
      show(project, { stack, overlay: { "some:a": 7 } });
      fs.appendFileSync(path.join(view(), `Pulumi.${stack}.yaml`), "encryptionsalt: v1:abc\n");
    }
    assert.deepEqual(snapshot(project), before);
  });

  it("shows a project below the root of the checkout with all that is around it", () => {
    const project = makeProject();
    writeFile(path.join(project, "tools/demo/Pulumi.yaml"), "name: demo\n");
    writeFile(path.join(project, "tools/demo/Pulumi.dev.yaml"), "config:\n  demo:a: 1\n");
    writeFile(path.join(project, "tools/other.ts"), "other");
    const before = snapshot(project);
    const folder = show(project, { folder: "tools/demo", overlay: { "demo:b": 2 } });
    assert.equal(folder, path.join(view(), "tools/demo"));
    assert.deepEqual(fs.readdirSync(folder).sort(), ["Pulumi.dev.yaml", "Pulumi.yaml"]);
    assert.deepEqual(parse(fs.readFileSync(path.join(folder, "Pulumi.dev.yaml"), "utf8")), {
      config: { "demo:a": 1, "demo:b": 2 },
    });
    assert.equal(fs.readFileSync(path.join(folder, "../other.ts"), "utf8"), "other");
    assert.equal(fs.readFileSync(path.join(folder, "../../index.ts"), "utf8"), "the program");
    assert.deepEqual(snapshot(project), before);
  });

  it("does not write through a link of an earlier view into the project", () => {
    const project = makeProject();
    writeFile(path.join(project, "tools/demo/Pulumi.yaml"), "name: demo\n");
    const before = snapshot(project);
    show(project);
    show(project, { folder: "tools/demo" });
    assert.deepEqual(snapshot(project), before);
  });

  it("keeps folder and stack file to their user", () => {
    const umask = process.umask(0);
    try {
      show(makeProject());
    } finally {
      process.umask(umask);
    }
    assert.equal(fs.statSync(view()).mode & 0o077, 0);
    assert.equal(fs.statSync(path.join(view(), "Pulumi.dev.yaml")).mode & 0o077, 0);
  });

  it("shows the checkout that it is asked for, not the one of the last time", () => {
    show(makeProject("first", "of the first"));
    show(makeProject("second", "of the second"));
    assert.equal(fs.readFileSync(path.join(view(), "index.ts"), "utf8"), "of the second");
  });

  it("works on after the checkout was moved", () => {
    const project = makeProject("first");
    show(project);
    const moved = path.join(temporaryFolder(), "moved");
    fs.renameSync(project, moved);
    show(moved);
    assert.equal(fs.readFileSync(path.join(view(), "index.ts"), "utf8"), "the program");
  });

  it("shows no file that the project has no longer", () => {
    const project = makeProject();
    show(project);
    fs.rmSync(path.join(project, "index.ts"));
    show(project);
    assert.ok(!fs.readdirSync(view()).includes("index.ts"));
  });

  it("takes a stack file with nothing but comments for an empty one", () => {
    const project = makeProject();
    writeFile(path.join(project, "Pulumi.dev.yaml"), "# nothing yet\n");
    show(project, { overlay: { "some:a": 1 } });
    assert.deepEqual(stackFile(), { config: { "some:a": 1 } });
  });

  it("names the stack file that is no YAML, instead of a stack trace", () => {
    const project = makeProject();
    writeFile(path.join(project, "Pulumi.dev.yaml"), "config:\n  some:a: [1\n");
    assert.throws(
      () => {
        show(project);
      },
      (error) => error instanceof SandboxError && error.message.includes("Pulumi.dev.yaml"),
    );
  });

  it("leads away from the cluster that the user's own stack file names", () => {
    const project = makeProject();
    writeFile(
      path.join(project, "Pulumi.dev.yaml"),
      "config:\n  nova-tracing:cluster:\n    kubeconfig: ~/.kube/config\n    context: the-real-one\n",
    );
    show(project, { overlay: tracingProject("dev").overlay });
    const text = fs.readFileSync(path.join(view(), "Pulumi.dev.yaml"), "utf8");
    assert.doesNotMatch(text, /the-real-one|\.kube\/config/);
  });
});
