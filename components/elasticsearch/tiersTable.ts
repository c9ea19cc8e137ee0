import { bytesPerSpan } from "./capacity";
import { recommendTiers, tierAssumptions, type Recommendation, type Tier } from "./tiers";

/** Spans a day that docs/capacity.md shows a recommendation for. */
export const shownSpansPerDay = [10e6, 1e9, 33e9] as const;

/** What they are shown for: production's retention, each shard twice. */
export const shownFor = { retentionDays: 90, copies: 1 } as const;

/** The table of docs/capacity.md, in Markdown. */
export function tiersTable(): string {
  const all = shownSpansPerDay.map((spansPerDay) => recommendTiers({ ...shownFor, spansPerDay }));
  const row = (name: string, cell: (one: Recommendation) => string): string =>
    `| ${name} | ${all.map(cell).join(" | ")} |`;
  return [
    `| stored spans a day | ${shownSpansPerDay.map(spoken).join(" | ")} |`,
    `| --- |${" --- |".repeat(all.length)}`,
    row("bytes a day, one copy", ({ bytesPerDay }) => bytes(bytesPerDay)),
    row("bytes in all, both copies", ({ storedBytes }) => bytes(storedBytes)),
    row("data nodes", ({ tiers }) => tiers.map(nodes).join("<br>")),
    row("each of them", ({ tiers }) => tiers.map(size).join("<br>")),
    row("nodes that only govern", ({ masters }) => (masters === 0 ? "none" : String(masters))),
    row("primary shards of an index", ({ shardsPerIndex }) => String(shardsPerIndex)),
    row("new indices a day", ({ indicesPerDay }) => String(indicesPerDay)),
    row("shards of spans in all", ({ shards }) => shards.toLocaleString("en")),
    row("`storage.elasticsearch.mode`", ({ by }) => by),
  ].join("\n");
}

/** The assumptions behind the table, in Markdown. */
export function assumptionsTable(): string {
  const a = tierAssumptions;
  const millions = (value: number): string => `${value / 1e6} million`;
  const rows: readonly [string, string, string][] = [
    [
      "bytes of a span in one copy",
      String(bytesPerSpan),
      "measured, with a margin: [storage.md](storage.md)",
    ],
    ["documents of Lucene a span", String(a.documentsPerSpan), "measured: [storage.md](storage.md)"],
    [
      "documents of a shard, at the most",
      millions(a.documentsPerShard),
      'Elasticsearch, "Size your shards"; ILM rolls over there ("Rollover")',
    ],
    ["bytes of a shard, at the most", bytes(a.bytesPerShard), 'Elasticsearch, "Size your shards"'],
    ["shards of a node, at the most", String(a.shardsPerNode), "default of `cluster.max_shards_per_node`"],
    [
      "disk for each memory",
      `hot ${a.diskToMemory.hot}, warm ${a.diskToMemory.warm}`,
      'Elastic, "Benchmarking and sizing your Elasticsearch cluster for logs and metrics"',
    ],
    ["memory of the largest node", `${a.largestMemoryGi} Gi`, 'Elasticsearch, "Heap size settings"'],
    ["memory of the smallest node", `${a.smallestMemoryGi} Gi`, "our choice: the production stack's"],
    ["days on hot nodes", String(a.hotDays), "our choice: one written, two asked for most, one to move"],
    [
      "spans a second and core",
      String(a.spansPerSecondPerCore),
      "half of what was measured: [storage.md](storage.md)",
    ],
    ["busiest hour against the mean", String(a.peak), "our choice"],
    ["nodes of one kind, at the most", String(a.largestCluster), "what this program deploys"],
  ];
  return [
    "| assumption | value | from |",
    "| --- | --- | --- |",
    ...rows.map((cells) => `| ${cells.join(" | ")} |`),
  ].join("\n");
}

function nodes({ days, name, nodes: count }: Tier): string {
  return `${count} ${name === "all" ? "" : `${name} `}(${days} days)`;
}

function size({ cores, memoryGi, name, storageGi }: Tier): string {
  const what = `${cores} cores, ${memoryGi} Gi of memory, ${storageGi.toLocaleString("en")} Gi of disk`;
  return name === "all" ? what : `${name}: ${what}`;
}

function spoken(spans: number): string {
  return spans < 1e9 ? `${spans / 1e6} million` : `${spans / 1e9} billion`;
}

/** `5.4 GB`, powers of ten. */
function bytes(value: number): string {
  const units = ["GB", "TB", "PB"];
  let [shown, unit] = [value / 1e9, 0];
  while (shown >= 1000 && unit < units.length - 1) [shown, unit] = [shown / 1000, unit + 1];
  return `${shown.toFixed(shown < 10 ? 1 : 0)} ${units[unit] ?? ""}`;
}
