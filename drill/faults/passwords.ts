import { randomBytes } from "node:crypto";
import { SandboxError } from "../../sandbox/support/errors";
import { elasticsearchAs, users } from "../../tests/e2e/support/elasticsearch";
import { text } from "../../tests/support/document";
import { pod, type Fault } from "./fault";

/** Jaeger's password is no longer the one that Elasticsearch has. */
export const password: Fault = {
  name: "password",
  broken: "the password of Jaeger's user is changed in Elasticsearch",
  repaired: "changed back to that of the Secret",
  expected: [
    { alertname: "JaegerStorageReadErrors" },
    { alertname: "ElasticsearchMetricsMissing" },
    { alertname: "TracingProbeFailing", reason: "storage" },
  ],
  async break(staging) {
    const ask = await elasticsearchAs(staging, "administrator");
    const { username, secret } = users.jaeger;
    const { password: right = "" } = await staging.secret(secret);
    const set = async (value: string): Promise<void> => {
      const { status, body } = await ask("POST", `/_security/user/${username}/_password`, {
        password: value,
      });
      if (status !== 200)
        throw new SandboxError(`Elasticsearch changed no password: ${JSON.stringify(body)}`);
    };
    await set(randomBytes(16).toString("hex"));
    return () => set(right);
  },
};

/** Nor the probe's the one that the proxy before the UI has. */
export const probePassword: Fault = {
  name: "probe-password",
  broken: "the probe has a wrong password for the UI (Secret changed, its pod started anew)",
  repaired: "the right one is back",
  expected: [{ alertname: "TracingProbeFailing", reason: "auth" }],
  async break(staging) {
    const secret = staging.path("/api/v1", "secrets", "jaeger-probe");
    const { password: right = "" } = await staging.secret("jaeger-probe");
    const set = async (value: string): Promise<void> => {
      await staging.change(secret, { data: { password: Buffer.from(value).toString("base64") } });
      // kubelet brings a changed Secret to a pod that runs only after a minute or so.
      await staging.deletePod(text(await pod(staging, "probe"), "metadata", "name"));
    };
    await set(randomBytes(16).toString("hex"));
    return () => set(right);
  },
};
