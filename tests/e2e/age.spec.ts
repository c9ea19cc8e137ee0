// Seven days are not waited for: the delay of the probe that ends the container is set to seconds. That the shipped
// delay is the retention less an hour is asserted in tests/components.
import assert from "node:assert/strict";
import { findTrace } from "../../sandbox/trace/query";
import { until } from "../../sandbox/support/process";
import { runningSandbox } from "../support/sandbox";

interface PodList {
  readonly items: readonly {
    readonly metadata: { readonly deletionTimestamp?: string };
    readonly status: {
      readonly containerStatuses?: readonly { readonly restartCount: number; readonly ready: boolean }[];
    };
  }[];
}

const unknownTrace = "0af7651916cd43dd8448eb211c80319c";

describe("dev's Jaeger at the end of its retention", () => {
  it("is started anew, with an empty store, and serves again within 60 s", async () => {
    const { cluster } = await runningSandbox();
    const path = "/apis/apps/v1/namespaces/observability/deployments/jaeger";
    await cluster.api.patch(path, {
      spec: {
        template: {
          spec: {
            containers: [{ name: "jaeger", livenessProbe: { initialDelaySeconds: 15, periodSeconds: 5 } }],
          },
        },
      },
    });
    const container = async () => {
      const list = (await cluster.api.find("/api/v1/namespaces/observability/pods")) as unknown as PodList;
      const [pod] = list.items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
      return pod?.status.containerStatuses?.[0];
    };
    const restarted = await until(async () => ((await container())?.restartCount ?? 0) > 0, 90_000, 100);
    assert.ok(restarted, "kubelet ended the container when its time had come");
    const since = Date.now();
    const serves = await until(
      async () => {
        if ((await container())?.ready !== true) return false;
        return findTrace("http://localhost:16686", unknownTrace).then(
          (spans) => spans.length === 0,
          () => false,
        );
      },
      60_000,
      200,
    );
    assert.ok(serves, "the query API answers again");
    process.stdout.write(`      served again after ${((Date.now() - since) / 1000).toFixed(1)} s\n`);
    cluster.api.close();
  });
});
