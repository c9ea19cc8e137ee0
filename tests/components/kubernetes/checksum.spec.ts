import assert from "node:assert/strict";
import fc from "fast-check";
import { dataChecksum } from "../../../components/kubernetes/checksum";

describe("checksum of a ConfigMap's data", () => {
  const data = fc.dictionary(fc.string(), fc.string());

  it("is 64 hexadecimal digits, and known for known data", () => {
    // sha256 of {"a":"1","b":"2"}
    assert.equal(
      dataChecksum({ b: "2", a: "1" }),
      "21f76dfbfe6dfe21f762080ef484112cf2952974cef30741fd1931e1c6d92112",
    );
  });

  it("does not depend on the order of the keys", () => {
    fc.assert(
      fc.property(data, (one) => {
        const reversed = Object.fromEntries(Object.entries(one).reverse());
        assert.equal(dataChecksum(one), dataChecksum(reversed));
      }),
    );
  });

  it("differs when a key or a value differs", () => {
    fc.assert(
      fc.property(data, data, (one, other) => {
        const sorted = (of: Record<string, string>): string => JSON.stringify(Object.entries(of).sort());
        assert.equal(dataChecksum(one) === dataChecksum(other), sorted(one) === sorted(other));
      }),
    );
  });
});
