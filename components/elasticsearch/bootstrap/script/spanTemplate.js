// @ts-check
"use strict";

const { Stop } = require("./client.js");

/** @typedef {import("./client.js").Client} Client */
/** @typedef {import("../plan").NamedDocument<import("../../spanMapping").SpanTemplate>} SpanTemplateDocument */

/** @typedef {{ name: string, index_template: { priority?: number, index_patterns: string[] } }} Found */

/**
 * Puts our template of the spans' indices, and makes sure that it is the one that a new index gets. It has to be there
 * before the first index, so before Jaeger and before its tool.
 * @param {Client} client
 * @param {SpanTemplateDocument} template
 */
async function putSpanTemplate(client, { name, body }) {
  await client.expect("PUT", `/_index_template/${name}`, body);
  const [pattern = ""] = body.index_patterns;
  // No index has this name: it only asks what such an index would be made of.
  const next = pattern.replace("*", "next");
  const { body: answer } = await client.expect("POST", `/_index_template/_simulate_index/${next}`);
  const { made_by: wanted } = body.template.mappings._meta;
  if (answer.template?.mappings?._meta?.made_by !== wanted) {
    const { body: all } = await client.expect("GET", "/_index_template");
    const above = all.index_templates
      .filter((/** @type {Found} */ { index_template: one }) => (one.priority ?? 0) > body.priority)
      .filter((/** @type {Found} */ { index_template: one }) =>
        one.index_patterns.some((pattern) => matches(pattern, next)),
      )
      .map((/** @type {Found} */ one) => `${one.name} (${one.index_template.priority})`);
    throw new Stop(
      `a new index ${pattern} would not be made by the index template ${name} (${body.priority}), but by one of a higher priority: ${above.join(", ")}. ` +
        `Take these names out of its index_patterns, or give it a priority below ${body.priority}; then run this again.`,
    );
  }
  console.log(`template ${name}: put`);
}

/** @param {string} pattern of index names, with `*` @param {string} name */
function matches(pattern, name) {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(name);
}

module.exports = { putSpanTemplate };
