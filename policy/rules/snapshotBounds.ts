import { embeddedDocuments } from "../artefacts/document";
import { day, parseElasticsearchDuration } from "../artefacts/duration";
import { nodeSettings } from "../artefacts/elasticsearchSettings";
import { wordsOf } from "../artefacts/podTemplate";
import { type SnapshotPolicy, snapshotPolicies, snapshotWords } from "../artefacts/snapshotPolicy";
import { type ResourceRule } from "../engine/rule";
import { at, isMapping, show } from "../engine/snapshot";
import { snapshotDays } from "../limits";

/** A snapshot does not keep spans for ever that Elasticsearch has deleted. */
export const snapshotBounds: ResourceRule = {
  scope: "resource",
  name: "elasticsearch-snapshot-limit-days",
  description: `A snapshot is deleted by its age, at most ${snapshotDays} days after it was taken, and nothing switches that off: spans outlive the retention by no more.`,
  severity: "high",
  remediationSteps: `Let the program make the snapshot policy (components/elasticsearch/snapshots.ts), with retention.expire_after of at most ${snapshotDays}d and no least number of snapshots.`,
  *judge(resource) {
    if (resource.isKind("ConfigMap")) {
      for (const found of snapshotPolicies(resource)) yield* policyProblems(resource.title, found);
      for (const { place, content, source } of embeddedDocuments(resource)) {
        if ("problem" in content && snapshotWords.test(source)) {
          yield `${resource.title}, ${place}: the snapshot policy cannot be read: ${content.problem}. Write one plain JSON object.`;
        }
      }
    }
    for (const { where, word } of wordsOf(resource)) {
      if (!snapshotWords.test(word)) continue;
      yield `${where}: ${show(word)} makes a snapshot policy that is not judged. Mount it from a ConfigMap.`;
    }
    for (const { place, name, value } of nodeSettings(resource)) {
      if (name !== "slm.retention_schedule") continue;
      yield `${resource.title}, ${place}: ${name} is ${show(value)}, which decides when old snapshots go, or that they stay. Leave it out: the default is every night.`;
    }
  },
};

function* policyProblems(title: string, { place, policy }: SnapshotPolicy): Iterable<string> {
  const where = `${title}, ${place}`;
  if (!isMapping(policy.retention)) {
    yield `${where}: retention is ${show(policy.retention)}, so its snapshots stay for ever. Set retention.expire_after to "${snapshotDays}d".`;
    return;
  }
  const age = at(policy.retention, "expire_after");
  const period = parseElasticsearchDuration(age);
  if (period === undefined || period <= 0 || period > snapshotDays * day) {
    yield `${where}: retention.expire_after is ${show(age)}; a snapshot may outlive the spans in it by at most ${snapshotDays} days. Set "${snapshotDays}d" or less.`;
  }
  const least = policy.retention.min_count;
  if (least !== undefined && least !== null) {
    yield `${where}: retention.min_count is ${show(least)}, which keeps that many snapshots for ever where no more are taken. Leave it out.`;
  }
}
