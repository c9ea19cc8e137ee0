import { nodeName } from "../../sandbox/node/addresses";
import { text } from "../../tests/support/document";
import { pod, type Fault } from "./fault";

/** The only node of Elasticsearch is lost, and its machine with it. */
export const elasticsearch: Fault = {
  name: "elasticsearch",
  broken: "Elasticsearch is gone (its pod deleted, and no node to start another on)",
  repaired: "the node may be used again",
  expected: [
    { alertname: "ElasticsearchNodesMissing", statefulset: "elasticsearch" },
    { alertname: "ElasticsearchMetricsMissing" },
    { alertname: "JaegerStorageReadErrors" },
    { alertname: "TracingProbeFailing", reason: "storage" },
  ],
  async break(staging) {
    const node = `/api/v1/nodes/${nodeName}`;
    const repair = (): Promise<void> => staging.change(node, { spec: { unschedulable: null } });
    await staging.change(node, { spec: { unschedulable: true } });
    try {
      await staging.deletePod(text(await pod(staging, "node"), "metadata", "name"));
    } catch (error) {
      await repair();
      throw error;
    }
    return repair;
  },
};
