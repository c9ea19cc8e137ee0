import assert from "node:assert/strict";
import { otlpClientVariables } from "../../../components/tracing/otlpClient";
import { tracedPodTemplate } from "../../../components/tracing/tracedPodTemplate";

describe("tracedPodTemplate", () => {
  const configMap = { name: "auth-service-config", checksum: "abc" };

  it("hands the ConfigMap to the container, and its checksum to the pod", () => {
    assert.deepEqual(tracedPodTemplate(configMap), {
      annotations: { "checksum/tracing-config": "abc" },
      envFrom: [{ configMapRef: { name: "auth-service-config" } }],
      volumes: [],
      volumeMounts: [],
    });
  });

  it("mounts the files for TLS where the variables look for them, readable by any user of the container", () => {
    const traced = tracedPodTemplate({ ...configMap, tlsSecret: "auth-service-otlp-tls" });
    const [mount] = traced.volumeMounts;
    const [volume] = traced.volumes;
    assert.equal(mount?.name, volume?.name);
    for (const file of Object.values(otlpClientVariables)) {
      assert.match(file.replace(`${mount?.mountPath}/`, ""), /^(ca\.crt|tls\.crt|tls\.key)$/);
    }
    assert.deepEqual(volume?.secret, {
      secretName: "auth-service-otlp-tls",
      defaultMode: 0o444,
      // A missing Secret must not keep the service from starting.
      optional: true,
    });
  });
});
