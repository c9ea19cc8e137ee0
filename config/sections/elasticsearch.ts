import type { z } from "zod";
import {
  documentsPerSpan,
  mostDocumentsOfShard,
  neededShardsOfDay,
  neededStorageGi,
} from "../../components/elasticsearch/capacity";
import type { EnvironmentLimits } from "../../policy/limits";
import { urlProblem } from "../../components/elasticsearch/existingCluster";
import { elasticsearchVersionProblem } from "../../components/elasticsearch/version";
import { group, indexPrefix, issuer, oneOf, pattern, resources, text, wholeNumber } from "./fields";
import { snapshots } from "./snapshots";

/** Who runs Elasticsearch: somebody else, the operator (ECK), or this program. */
export const elasticsearchModes = ["existing", "eck", "builtin"] as const;

/** One of `elasticsearchModes`. */
export type ElasticsearchMode = (typeof elasticsearchModes)[number];

/** What holds for the indices, whoever runs the nodes. */
const indices = {
  indexPrefix,
  shards: wholeNumber(1, 20, "a whole number from 1 to 20", "1"),
  copies: wholeNumber(0, 2, "a whole number of further copies of each shard, from 0 to 2", "1"),
};

/** What the nodes are made of, where the program has them made. */
const nodes = {
  version: text("a release of Elasticsearch, as text", '"8.19.13"', () => true).superRefine(
    (value, context) => {
      const message = elasticsearchVersionProblem(value);
      if (message !== undefined) context.addIssue({ code: "custom", message });
    },
  ),
  nodes: wholeNumber(1, 9, "a whole number from 1 to 9", "1 or 3"),
  cpu: resources.shape.limits.shape.cpu,
  memory: resources.shape.limits.shape.memory,
  storageGi: wholeNumber(1, 65536, "a whole number of Gi a node, from 1", "for example 100"),
  storageClassName: pattern(
    "the name of a StorageClass",
    "for example fast-ssd",
    /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/,
  ).optional(),
  spansPerDay: wholeNumber(
    1,
    1e12,
    "the number of spans that are stored a day, after sampling",
    "for example 1000000",
  ),
  passwordGeneration: wholeNumber(
    1,
    1_000_000,
    "a whole number from 1, counted up for a new user with a new password",
    "1",
  ).optional(),
  // Not of an existing cluster: its keystore, which holds the keys of the bucket, belongs to whoever runs it.
  snapshots: snapshots.optional(),
};

const mode = <const Mode extends ElasticsearchMode>(one: Mode) => oneOf([one], elasticsearchModes.join(", "));

/** What of an environment the size of its storage follows from. */
type Kept = Pick<EnvironmentLimits, "retentionDays" | "retentionMechanism">;

/** What cannot hold the spans is refused here, and not by a full disk in two months or a full shard at noon. */
function fits({ retentionDays, retentionMechanism }: Kept) {
  return (
    { spansPerDay, copies, nodes: count, shards, storageGi }: Size,
    context: z.core.$RefinementCtx,
  ): void => {
    const refuse = (key: string, message: string): void => {
      context.addIssue({ code: "custom", path: [key], message });
    };
    if (copies >= count) {
      refuse("copies", `needs a node more than copies; there are ${count}. Write ${count - 1}`);
      return;
    }
    const leastShards = neededShardsOfDay(spansPerDay);
    if (retentionMechanism === "cleaner" && shards < leastShards) {
      const what = `${spansPerDay} spans in the index of a day: a shard takes ${mostDocumentsOfShard.toLocaleString("en")} documents, and a span is about ${documentsPerSpan}`;
      refuse("shards", `cannot hold ${what}. Write ${leastShards} or more`);
    }
    const needed = neededStorageGi({ spansPerDay, retentionDays, copies, nodes: count });
    if (storageGi >= needed) return;
    const what = `${spansPerDay} spans a day for ${retentionDays} days with ${copies} further copies on ${count} nodes`;
    refuse("storageGi", `cannot hold ${what}. Write ${needed} or more, or more nodes`);
  };
}

interface Size {
  readonly spansPerDay: number;
  readonly copies: number;
  readonly nodes: number;
  readonly shards: number;
  readonly storageGi: number;
}

function existing() {
  const username = pattern("the user of Jaeger there", "for example jaeger", /^[^\s:]{1,127}$/);
  const authority = pattern(
    "the certificate of the authority that signed the cluster's, in PEM",
    'it as a block ("authority: |"), or leave it out if every system knows the authority',
    /^-----BEGIN CERTIFICATE-----\n[\s\S]+\n-----END CERTIFICATE-----\n?$/,
  );
  return group({
    mode: mode("existing"),
    ...indices,
    url: text(
      "the address of Elasticsearch: https, host and port alone",
      "for example https://elasticsearch.nova.com:9200",
      (value) => urlProblem(value) === undefined,
    ),
    majorVersion: wholeNumber(8, 9, "the major release of that Elasticsearch, 8 or 9", "8 or 9"),
    username,
    authority: authority.optional(),
  });
}

function eck(kept: Kept) {
  return group({ mode: mode("eck"), ...indices, ...nodes }).superRefine(fits(kept));
}

function builtin(kept: Kept) {
  return group({ mode: mode("builtin"), ...indices, ...nodes, issuer: issuer.optional() }).superRefine(
    fits(kept),
  );
}

/** The schema of `storage.elasticsearch`, made for the mode that is there. @param kept limits of the environment */
export function elasticsearch(given: unknown, kept: Kept) {
  if (given === "existing") return existing();
  if (given === "eck") return eck(kept);
  if (given === "builtin") return builtin(kept);
  // A mode that there is not: all else is judged as if it were builtin.
  const unknown = oneOf(elasticsearchModes, elasticsearchModes.join(", ")) as unknown as ReturnType<
    typeof mode<"builtin">
  >;
  return group({ ...builtin(kept).shape, mode: unknown });
}
