import assert from "node:assert/strict";
import { at } from "../support/document";
import { sharedNode } from "./support/sharedNode";

describe("the node that these tests share", () => {
  it("is a genuine Elasticsearch 8.19.13 that asks for a login", async () => {
    const { ask, askAs } = await sharedNode();
    assert.equal(at((await ask("GET", "/")).body, "version", "number"), "8.19.13");
    assert.equal((await askAs("elastic", "wrong")("GET", "/")).status, 401);
  });
});
