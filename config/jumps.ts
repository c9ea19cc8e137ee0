import { elasticsearchJumpProblem } from "../components/elasticsearch/versionJump";
import { jumpProblem as jaegerJumpProblem } from "../components/jaeger/version";
import { refusal } from "../components/refusal";
import { usesElasticsearch, type Settings } from "./load";

/**
 * Changes between two deployments that would lose what is stored, or would lose spans from then on. Each is refused
 * with what to do first, and passes once its name stands in `acknowledgedJumps`.
 */

/** What of a deployment the next one has to know. It is a stack output, so that the next run can read it. */
export interface Deployed {
  readonly jaegerVersion: string;
  readonly storage: "memory" | "elasticsearch";
  readonly elasticsearch?: {
    readonly mode: string;
    readonly indexPrefix: string;
    /** The rest is there where the program has the nodes made. */
    readonly version?: string;
    readonly nodes?: number;
    readonly storageGi?: number;
    readonly storageClassName?: string | undefined;
  };
}

/** One change that loses something. */
export interface Jump {
  /** As it is acknowledged: `elasticsearch 8.19.13 to 9.4.3`. */
  readonly name: string;
  /** What is lost, and what to do first. */
  readonly problem: string;
}

/** What of these settings the next deployment will have to know. */
export function deployed(settings: Settings): Deployed {
  const jaegerVersion = settings.jaeger.version;
  if (!usesElasticsearch(settings)) return { jaegerVersion, storage: "memory" };
  const { elasticsearch } = settings.storage;
  const { mode, indexPrefix } = elasticsearch;
  if (elasticsearch.mode === "existing") {
    return { jaegerVersion, storage: "elasticsearch", elasticsearch: { mode, indexPrefix } };
  }
  const { version, nodes, storageGi, storageClassName } = elasticsearch;
  return {
    jaegerVersion,
    storage: "elasticsearch",
    elasticsearch: { mode, indexPrefix, version, nodes, storageGi, storageClassName },
  };
}

/** The changes from one deployment to the next that lose something. */
export function lossyJumps(previous: Deployed, next: Deployed): Jump[] {
  const jumps: Jump[] = [];
  const add = (what: string, from: unknown, to: unknown, problem: string | undefined): void => {
    if (problem !== undefined) jumps.push({ name: `${what} ${String(from)} to ${String(to)}`, problem });
  };
  if (previous.storage === "elasticsearch") {
    const { jaegerVersion } = previous;
    add("jaeger", jaegerVersion, next.jaegerVersion, jaegerJumpProblem(jaegerVersion, next.jaegerVersion));
  }
  const [from, to] = [previous.elasticsearch, next.elasticsearch];
  if (from === undefined || to === undefined) return jumps;
  if (from.mode !== to.mode) {
    add(
      "mode",
      from.mode,
      to.mode,
      "leaves every stored span in the old cluster. Take a snapshot there and restore it in the new one, or wait until the retention is over",
    );
    return jumps;
  }
  if (from.indexPrefix !== to.indexPrefix) {
    const problem =
      "hides every stored span from queries, and nothing removes the old indices any more. Reindex them under the new prefix, or keep the old one";
    add("indexPrefix", from.indexPrefix, to.indexPrefix, problem);
  }
  if (from.version !== undefined && to.version !== undefined) {
    add("elasticsearch", from.version, to.version, elasticsearchJumpProblem(from.version, to.version));
  }
  if (from.nodes !== undefined && to.nodes !== undefined && to.nodes < from.nodes) {
    const problem =
      "takes nodes away with the shards on them. Move their shards first (docs/operations/elasticsearch-scale-down.md)";
    add("nodes", from.nodes, to.nodes, problem);
  }
  if (
    from.version !== undefined &&
    to.version !== undefined &&
    from.storageClassName !== to.storageClassName
  ) {
    const problem =
      "changes what a StatefulSet can never change, and leaves the volumes where they are. Take a snapshot and restore it in a new cluster, or keep the class";
    const name = (storageClass: string | undefined): string => storageClass ?? "(default)";
    add("storageClassName", name(from.storageClassName), name(to.storageClassName), problem);
  }
  if (from.storageGi !== undefined && to.storageGi !== undefined && to.storageGi !== from.storageGi) {
    const problem =
      "changes what a StatefulSet can never change, so that it would be made anew. Grow the volumes first (docs/operations/elasticsearch-storage-growth.md)";
    add("storageGi", from.storageGi, to.storageGi, problem);
  }
  return jumps;
}

/** Refuses a change that loses something and is not acknowledged. Throws RunError with all of them. */
export function refuseLossyJumps(settings: Settings, previous: Deployed | undefined): void {
  if (previous === undefined) return;
  const acknowledged = settings.acknowledgedJumps ?? [];
  const refused = lossyJumps(previous, deployed(settings)).filter(({ name }) => !acknowledged.includes(name));
  if (refused.length === 0) return;
  const lines = refused.map(({ name, problem }) => `  ${name} ${problem}.`);
  const names = refused.map(({ name }) => `"${name}"`).join(", ");
  throw refusal(
    [
      `Pulumi.${settings.environment}.yaml asks for a change that loses data; nothing was changed.`,
      ...lines,
      `If that is done, or the loss is meant, write nova-tracing:acknowledgedJumps: [${names}] for this one deployment.`,
    ].join("\n"),
  );
}
