import assert from "node:assert/strict";
import { tracedPodTemplate } from "../../../components/tracing/tracedPodTemplate";

describe("tracedPodTemplate", () => {
  it("hands the ConfigMap to the container, and its checksum to the pod", () => {
    assert.deepEqual(tracedPodTemplate({ name: "auth-service-config", checksum: "abc" }), {
      annotations: { "checksum/tracing-config": "abc" },
      envFrom: [{ configMapRef: { name: "auth-service-config" } }],
    });
  });
});
