import assert from "node:assert/strict";
import { jaegerImage, parseJaegerVersion, versionProblem } from "../../../components/jaeger/version";

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
