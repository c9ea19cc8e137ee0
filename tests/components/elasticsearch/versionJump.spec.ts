import assert from "node:assert/strict";
import fc from "fast-check";
import { elasticsearchJumpProblem } from "../../../components/elasticsearch/versionJump";

describe("another version of Elasticsearch", () => {
  const harmless = [
    ["8.19.13", "8.19.13"],
    ["8.19.3", "8.19.13"],
    ["9.0.1", "9.4.3"],
    ["7.17.2", "7.17.29"],
  ] as const;
  for (const [from, to] of harmless) {
    it(`${from} to ${to} loses nothing`, () => {
      assert.equal(elasticsearchJumpProblem(from, to), undefined);
    });
  }

  const lossy = [
    ["9.4.3", "8.19.13", /goes back.*Stay on 9\.4\.3/],
    ["8.19.13", "8.19.12", /goes back/],
    ["7.17.29", "9.4.3", /leaves releases out.*Upgrade to 7\.17 first/],
    ["8.11.0", "9.4.3", /leaves releases out.*Upgrade to 8\.19 first/],
    ["8.19.13", "9.4.3", /new major release.*snapshot/],
  ] as const;
  for (const [from, to, says] of lossy) {
    it(`${from} to ${to} is refused, with what to do first`, () => {
      assert.match(elasticsearchJumpProblem(from, to) ?? "", says);
    });
  }

  it("whatever goes forward can only be refused going back", () => {
    const version = fc.tuple(fc.constantFrom(8, 9), fc.nat(25), fc.nat(30)).map((parts) => parts.join("."));
    fc.assert(
      fc.property(version, version, (one, other) => {
        const there = elasticsearchJumpProblem(one, other);
        if (one !== other && there === undefined) {
          assert.match(elasticsearchJumpProblem(other, one) ?? "", /goes back/);
        }
      }),
    );
  });
});
