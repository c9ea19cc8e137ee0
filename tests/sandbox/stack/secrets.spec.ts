import assert from "node:assert/strict";
import {
  encryptedKeys,
  madeUpSecret,
  neededSecretKeys,
  withoutEncrypted,
} from "../../../sandbox/stack/secrets";

const encrypted = { secure: "v1:abc:def" };

describe("stack/secrets", () => {
  it("names the secrets that settings need, and none for settings that need none", () => {
    const elasticsearch = { mode: "existing", snapshots: { bucket: "traces" } };
    assert.deepEqual(
      neededSecretKeys({
        "nova-tracing:ui": { authentication: "oauth2" },
        "nova-tracing:storage": { type: "elasticsearch", elasticsearch },
      }).sort(),
      [
        "nova-tracing:elasticsearchPassword",
        "nova-tracing:oidcClientSecret",
        "nova-tracing:snapshotAccessKey",
        "nova-tracing:snapshotSecretKey",
      ],
    );
    assert.deepEqual(neededSecretKeys({ "nova-tracing:ui": { authentication: "basic" } }), []);
    assert.deepEqual(neededSecretKeys({ "other:key": 1 }), []);
  });

  it("makes up another value each time", () => {
    assert.notEqual(madeUpSecret(), madeUpSecret());
    assert.match(madeUpSecret(), /^[0-9a-f]{48}$/);
  });

  it("finds what is encrypted as a whole, and not what only looks like it", () => {
    const config = { a: encrypted, b: { c: encrypted }, d: { secure: "x", more: 1 }, e: { secure: true } };
    assert.deepEqual(encryptedKeys(config), ["a"]);
  });

  it("takes whole encrypted values away, and puts a text for an encrypted part", () => {
    const config = { a: encrypted, b: { c: encrypted, d: [encrypted, 1] }, e: null };
    const text = "made-up-by-the-sandbox";
    assert.deepEqual(withoutEncrypted(config), { b: { c: text, d: [text, 1] }, e: null });
  });
});
