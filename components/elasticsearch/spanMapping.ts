import type { NamedDocument } from "./bootstrap/plan";
import type { ElasticsearchConnection } from "./connection";

/** An index template, as `PUT _index_template/<name>` takes it. */
export interface SpanTemplate {
  readonly index_patterns: readonly string[];
  readonly priority: number;
  readonly template: {
    readonly aliases?: Readonly<Record<string, Readonly<Record<string, never>>>>;
    readonly settings: { readonly index: Readonly<Record<string, unknown>> };
    readonly mappings: SpanMapping;
  };
  readonly _meta: Readonly<Record<string, string>>;
}

/** What is made of the fields of a span. */
export interface SpanMapping {
  readonly _meta: typeof spanMappingMark;
  readonly dynamic_templates: readonly unknown[];
  readonly properties: Readonly<Record<string, unknown>>;
}

/** What the template is made from. */
export type SpanTemplateArgs = Pick<
  ElasticsearchConnection,
  "indexPrefix" | "shards" | "copies" | "retention" | "lifecyclePolicy"
>;

/**
 * Of two templates for the same names Elasticsearch takes the one of the higher priority alone, and mixes nothing. Both
 * Jaeger and its rollover tool put theirs with 0, so that ours holds whichever is put first.
 */
export const spanTemplatePriority = 500;

/** Where an index says that its mapping is ours: `_meta` of its mapping. */
export const spanMappingMark = { made_by: "nova-tracing" } as const;

/**
 * The template of the spans' indices: all that Jaeger's queries read, and nothing else, in an index; the span itself is
 * `_source`, from which Jaeger reads it whole. docs/storage.md lists which query needs what, and what it saves. It has
 * a name of its own beside Jaeger's, which puts its own template at each start.
 */
export function spanTemplate(args: SpanTemplateArgs): NamedDocument<SpanTemplate> {
  const { copies, indexPrefix, lifecyclePolicy, retention, shards } = args;
  const family = `${indexPrefix}-jaeger-span`;
  const managed = retention.mechanism === "ilm";
  return {
    name: `${family}-mapping`,
    body: {
      index_patterns: [`${family}-*`],
      priority: spanTemplatePriority,
      template: {
        // What the rollover tool's template would say.
        ...(managed ? { aliases: { [`${family}-read`]: {} } } : {}),
        settings: {
          index: {
            number_of_shards: shards,
            number_of_replicas: copies,
            codec: "best_compression",
            ...(managed ? { lifecycle: { name: lifecyclePolicy, rollover_alias: `${family}-write` } } : {}),
          },
        },
        mappings: spanMapping(),
      },
      _meta: { ...spanMappingMark, reason: "spans with fewer bytes; found like before" },
    },
  };
}

/** As in Jaeger's template: a longer value is kept and shown, but not found. */
const longestFound = 256;

/** A text that is found as a whole. @param lean without the columns that only sorting and aggregations read */
function keyword(lean: { readonly doc_values?: false; readonly index?: false } = {}): object {
  return { type: "keyword", ignore_above: longestFound, ...lean };
}

/** Attributes: a search joins key and value, and reads no type. */
function attributes(): object {
  return {
    type: "nested",
    dynamic: false,
    properties: { key: keyword({ doc_values: false }), value: keyword({ doc_values: false }) },
  };
}

function spanMapping(): SpanMapping {
  return {
    _meta: spanMappingMark,
    dynamic_templates: [
      // `span.kind` and `error`, which Jaeger always keeps as fields, in whichever place; and what a later release may
      // add: in Jaeger's own template it would become a text and a keyword.
      { texts: { match_mapping_type: "string", mapping: keyword() } },
      ...["tag", "process.tag", "scopeTag"].map((place) => ({
        [place]: { path_match: `${place}.*`, mapping: keyword() },
      })),
    ],
    properties: {
      traceID: keyword(),
      // The one is sorted by (after 2.20), the other asked for whether it is there (from 2.20 on).
      spanID: keyword({ index: false }),
      parentSpanID: keyword({ index: false }),
      operationName: keyword(),
      // Sorted by. Ranges of time ask for the next one.
      startTime: { type: "long", index: false },
      startTimeMillis: { type: "date", format: "epoch_millis" },
      duration: { type: "long" },
      process: { properties: { serviceName: keyword(), tags: attributes() } },
      tags: attributes(),
      // Searched as `logs.fields`; without a document of its own for each event.
      logs: { dynamic: false, properties: { fields: attributes() } },
      // No query of any release asks for these.
      flags: { type: "integer", index: false, doc_values: false },
      references: { type: "object", enabled: false },
      scopeTags: { type: "object", enabled: false },
    },
  };
}
