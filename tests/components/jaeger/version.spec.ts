import assert from "node:assert/strict";
import {
  jaegerDialect,
  jaegerImage,
  jumpProblem,
  parseJaegerVersion,
  versionProblem,
} from "../../../components/jaeger/version";

describe("Jaeger's version", () => {
  for (const version of ["2.13.0", "2.20.0", "2.20.3", "2.22.0"]) {
    it(`${version} is supported`, () => {
      assert.equal(versionProblem(version), undefined);
    });
  }

  const refused: [string, RegExp][] = [
    ["latest", /^must be a full version of three numbers\. Write for example "2\.22\.0"/],
    ["2.22", /^must be a full version/],
    ["v2.22.0", /^must be a full version/],
    ["2.22.0-rc1", /^must be a full version/],
    ["2.022.0", /^must be a full version/],
    ["1.76.0", /^is Jaeger v1, whose life ended on 2025-12-31/],
    [
      "2.16.0",
      /^is a version whose settings this program does not know\. Write one of 2\.13\.x, 2\.20\.x, 2\.22\.x/,
    ],
    ["2.21.0", /^is a version whose settings/],
    ["2.23.0", /run its "jaeger validate" on the golden configurations/],
    ["3.0.0", /^is a version whose settings/],
  ];
  for (const [version, message] of refused) {
    it(`${version} is refused`, () => {
      assert.match(versionProblem(version) ?? "", message);
    });
  }

  it("is read into its three numbers", () => {
    assert.deepEqual(parseJaegerVersion("2.13.10"), { major: 2, minor: 13, patch: 10 });
  });

  it("is the tag of the image, without a v", () => {
    assert.equal(jaegerImage("2.22.0"), "jaegertracing/jaeger:2.22.0");
  });
});

describe("what a version of Jaeger can do", () => {
  it("rotation by flags until 2.13, by strategy from 2.20; writes that wait from 2.22", () => {
    const facts = ["2.13.4", "2.20.0", "2.22.1"].map((version) => {
      const { rotation, synchronousWrites, limitsTraceSize } = jaegerDialect(version);
      return [rotation, synchronousWrites, limitsTraceSize];
    });
    assert.deepEqual(facts, [
      ["flags", false, false],
      ["strategy", false, true],
      ["strategy", true, true],
    ]);
  });

  it("settings that no release here could load are marked as from documentation", () => {
    assert.equal(jaegerDialect("2.22.0").evidence, "documentation");
    assert.equal(jaegerDialect("2.13.0").evidence, "test");
  });

  it("is not guessed for a version that is not supported", () => {
    for (const version of ["2.16.0", "latest"]) assert.throws(() => jaegerDialect(version), RangeError);
  });
});

describe("a change of Jaeger's version", () => {
  const fine: [string, string][] = [
    ["2.22.0", "2.22.0"],
    ["2.13.0", "2.20.0"],
    ["2.13.0", "2.22.0"],
    ["2.20.0", "2.22.0"],
    // A bad patch is taken out of service.
    ["2.22.3", "2.22.0"],
    // Deployed when another release was supported.
    ["2.16.0", "2.22.0"],
    // What nobody can read is no reason to refuse.
    ["unknown", "2.22.0"],
  ];
  for (const [previous, next] of fine) {
    it(`from ${previous} to ${next} loses nothing`, () => {
      assert.equal(jumpProblem(previous, next), undefined);
    });
  }

  for (const next of ["2.20.0", "2.13.0"]) {
    it(`from 2.22.0 to ${next} is refused: an outage of Elasticsearch would lose spans from then on`, () => {
      const problem = jumpProblem("2.22.0", next) ?? "";
      assert.match(problem, /^acknowledges spans before Elasticsearch has them/);
      assert.match(problem, /Stay on 2\.22\.x, or write a newer release/);
      assert.match(problem, /stays readable/);
      assert.doesNotMatch(problem, /\.$/);
    });
  }

  for (const [previous, next] of [
    ["2.20.0", "2.13.0"],
    ["2.23.0", "2.22.0"],
    ["3.0.0", "2.22.0"],
  ] as const) {
    it(`from ${previous} to ${next} is refused: nobody tries it`, () => {
      assert.match(jumpProblem(previous, next) ?? "", /^goes back to an older release/);
    });
  }
});
