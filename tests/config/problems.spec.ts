import assert from "node:assert/strict";
import { formatProblems, nearest } from "../../config/problems";

describe("problems: text", () => {
  it("counts, and names file, key and value on a line each", () => {
    const text = formatProblems("Pulumi.dev.yaml", [
      { key: "a.b", value: 1, message: "must be 2. Write 2" },
      { key: "a.c", message: "is missing. Write 3" },
    ]);
    assert.equal(
      text,
      "2 problems in the settings; nothing was changed.\n  Pulumi.dev.yaml, a.b = 1: must be 2. Write 2\n  Pulumi.dev.yaml, a.c is missing. Write 3",
    );
  });

  it("cuts a long value, so that the advice stays in sight", () => {
    const text = formatProblems("f", [{ key: "k", value: "x".repeat(500), message: "is long" }]);
    assert.equal(text.split("\n")[1], `  f, k = "${"x".repeat(79)}...: is long`);
  });
});

describe("problems: the word that was meant", () => {
  const known = ["version", "collector", "retentionDays"];
  const table: [string, string | undefined][] = [
    ["verison", "version"],
    ["Version", "version"],
    ["retentiondays", "retentionDays"],
    ["retentionDay", "retentionDays"],
    ["colector", "collector"],
    ["replicas", undefined],
    ["", undefined],
  ];
  for (const [word, meant] of table) {
    it(`"${word}" means ${meant ?? "none of them"}`, () => {
      assert.equal(nearest(word, known), meant);
    });
  }

  it("knows none where there is none", () => {
    assert.equal(nearest("version", []), undefined);
  });
});
