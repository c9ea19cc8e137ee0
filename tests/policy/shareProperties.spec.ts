import assert from "node:assert/strict";
import * as server from "@pulumi/policy/server";
import { AnalyzeRequest, AnalyzerResourceOptions } from "@pulumi/pulumi/proto/analyzer_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { shareProperties } from "../../policy/engine/shareProperties";
import { sourceOf } from "../../policy/engine/snapshot";
import { unknownText } from "./support/evaluate";

type Analyze = (call: { request: AnalyzeRequest }, callback: (error: unknown) => void) => Promise<void>;
type Serve = (name: string, version: string, level: string, policies: readonly object[]) => Analyze;

/** Hands a resource to two policies by the SDK's own server, and returns what each of them got. */
async function handedOut(properties: Record<string, string>): Promise<object[]> {
  const seen: object[] = [];
  const policy = {
    enforcementLevel: "mandatory",
    description: "Looks.",
    validateResource: ({ props }: { props: object }) => seen.push(props),
  };
  const policies = [
    { ...policy, name: "first" },
    { ...policy, name: "second" },
  ];
  // Present at run time, and marked internal.
  const { makeAnalyzeRpcFun } = server as unknown as { makeAnalyzeRpcFun: Serve };
  const analyze = makeAnalyzeRpcFun("pack", "1.0.0", "mandatory", policies);
  const request = new AnalyzeRequest();
  request.setType("kubernetes:core/v1:ConfigMap");
  request.setProperties(Struct.fromJavaScript(properties));
  request.setOptions(new AnalyzerResourceOptions());
  await analyze({ request }, (error) => {
    assert.equal(error, undefined);
  });
  return seen;
}

describe("shareProperties", () => {
  before(shareProperties);

  it("gives all policies of a request the same properties, so that they are read once", async () => {
    const [first, second] = await handedOut({ a: "1" });
    assert.ok(first && second);
    assert.equal(sourceOf(first), sourceOf(second));
  });

  it("gives two requests properties of their own, whatever they hold", async () => {
    const [first] = await handedOut({ a: "1" });
    const [other] = await handedOut({ a: "1" });
    assert.ok(first && other);
    assert.notEqual(sourceOf(first), sourceOf(other));
  });

  it("leaves the SDK's proxy before unknown values", async () => {
    const [first] = await handedOut({ a: unknownText });
    assert.throws(() => (first as { a: string }).a, /can't be known during preview/);
  });
});
