import assert from "node:assert/strict";
import { mock } from "node:test";
import { formatSeconds, lineProgress } from "../../../sandbox/support/progress";

/** A promise that the test ends. */
function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}

describe("support/progress", () => {
  beforeEach(() => {
    mock.timers.enable({ apis: ["setInterval"] });
  });
  afterEach(() => {
    mock.timers.reset();
  });

  const durations = [
    [0, "0.0 s"],
    [9.94, "9.9 s"],
    [10, "10 s"],
    [119.4, "119 s"],
    [120, "2 min 0 s"],
    [119.6, "2 min 0 s"],
    [192.4, "3 min 12 s"],
    [3600, "60 min 0 s"],
  ] as const;
  for (const [seconds, text] of durations) {
    it(`writes ${seconds} s as "${text}"`, () => {
      assert.equal(formatSeconds(seconds), text);
    });
  }

  it("tells the end of a step with its last note and its time, and gives its result back", async () => {
    const lines: string[] = [];
    const result = await lineProgress((line) => lines.push(line)).step("build", (note) => {
      note("first");
      note("last");
      return Promise.resolve(7);
    });
    assert.equal(result, 7);
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? "", /^ {2}✓ build: last \(\d+\.\d s\)$/);
  });

  it("says every few seconds that a long step still runs, with what it is at", async () => {
    const lines: string[] = [];
    const work = deferred();
    let tell: (text: string) => void = () => undefined;
    const step = lineProgress((line) => lines.push(line)).step("build", (note) => {
      tell = note;
      return work.promise;
    });
    mock.timers.tick(15_000);
    tell("12 packages");
    mock.timers.tick(15_000);
    assert.equal(lines.length, 2);
    assert.match(lines[0] ?? "", /^ {2}… build \(/);
    assert.match(lines[1] ?? "", /^ {2}… build: 12 packages \(/);
    work.resolve();
    await step;
    mock.timers.tick(60_000);
    assert.equal(lines.length, 3, "silent after its end");
  });

  it("marks a step that fails, hands its error on, and is silent afterwards", async () => {
    const lines: string[] = [];
    const failure = new Error("no disk");
    const step = lineProgress((line) => lines.push(line)).step("build", () => Promise.reject(failure));
    await assert.rejects(step, failure);
    mock.timers.tick(60_000);
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? "", /^ {2}✗ build \(/);
  });
});
