// @ts-check
"use strict";

const { existsSync, readFileSync, rmSync, writeFileSync } = require("node:fs");
const { Stop } = require("./client.js");
const { decide, faultsOf, guardOf, readAlias, writeAlias } = require("./families.js");

/** @typedef {import("./client.js").Client} Client */
/** @typedef {import("./families.js").Found} Found */
/** @typedef {import("../plan").LifecyclePlan} LifecyclePlan */
/** @typedef {import("../plan").LifecyclePolicy} LifecyclePolicy */

/** @param {LifecyclePlan} plan @returns {LifecyclePolicy} */
const policyOf = ({ policyFile }) => JSON.parse(readFileSync(policyFile, "utf8"));

/**
 * Policy, then what is missing of templates, indices and aliases; what is there and in order is left alone.
 * @param {Client} client
 * @param {LifecyclePlan} plan
 * @param {() => Promise<void>} putTemplates what has to be there before the first index, and may not be if it stops
 */
async function prepareLifecycle(client, plan, putTemplates) {
  await client.expect("PUT", `/_ilm/policy/${plan.policy}`, policyOf(plan));
  console.log(`lifecycle policy ${plan.policy}: put`);
  const all = [];
  for (const family of plan.families) all.push(await read(client, family, plan));
  const decisions = all.map((found) => ({ found, decision: decide(found, plan.policy) }));
  const stops = decisions.flatMap(({ decision }) => decision.stops);
  if (stops.length > 0) throw new Stop(stops.join("\n"));

  await putTemplates();
  for (const { found, decision } of decisions) {
    if (found.template) await alignTemplate(client, found.family, plan);
    await apply(client, plan, found.family, decision);
  }
  const needsInit = decisions.some(({ decision }) => decision.init);
  rmSync(plan.initMarker, { force: true });
  if (!needsInit) return;
  for (const { found } of decisions) await guard(client, await read(client, found.family, plan));
  writeFileSync(plan.initMarker, "");
  console.log("es-rollover init has to run");
}

/**
 * What is there of a family.
 * @param {Client} client
 * @param {string} family
 * @param {LifecyclePlan} plan
 * @returns {Promise<Found>}
 */
async function read(client, family, { jaegerVersion }) {
  // What is empty is filtered out, so each index is asked for something that it has.
  const fields =
    "filter_path=*.aliases,*.settings.index.lifecycle,*.settings.index.uuid&expand_wildcards=all";
  const { body: own } = await client.expect("GET", `/${family}-*?${fields}`);
  const { body: holders } = await client.expect("GET", `/_alias/${writeAlias(family)}`, undefined, [404]);
  const { status, body: template } = await client.expect(
    "GET",
    `/_index_template/${family}`,
    undefined,
    [404],
  );
  /** @type {Record<string, import("./families.js").Index>} */
  const indices = {};
  for (const [name, index] of Object.entries({ ...aliasesOnly(holders), ...own })) {
    const lifecycle = index.settings?.index?.lifecycle;
    indices[name] = {
      aliases: index.aliases ?? {},
      rolledOver: lifecycle?.indexing_complete === "true",
      ...(lifecycle?.name === undefined ? {} : { policy: lifecycle.name }),
    };
  }
  const known = status === 200 ? templateOf(template) : undefined;
  return {
    family,
    indices,
    template: known?.template?.settings?.index?.lifecycle?.rollover_alias === writeAlias(family),
    current: known?._meta?.[stamp] === jaegerVersion,
  };
}

/** @param {any} body answer of `_alias`; without the alias an error and a status @returns {Record<string, any>} */
function aliasesOnly(body) {
  return body?.error === undefined ? (body ?? {}) : {};
}

/** @param {any} body */
const templateOf = (body) => body.index_templates[0].index_template;

/**
 * @param {Client} client
 * @param {LifecyclePlan} plan
 * @param {string} family
 * @param {import("./families.js").Decision} decision
 */
async function apply(client, plan, family, { notes, create, aliases, adopt }) {
  for (const note of notes) console.log(`NOTE: ${note}`);
  if (adopt.length > 0) {
    await client.expect("PUT", `/${adopt.join(",")}/_settings`, { "index.lifecycle.name": plan.policy });
    console.log(`${adopt.join(", ")}: put under the policy`);
  }
  if (aliases.length > 0) {
    await client.expect("POST", "/_aliases", { actions: aliases });
    for (const { add } of aliases) console.log(`alias ${add.alias}: put on ${add.index}`);
  }
  if (create !== undefined) {
    const both = { [readAlias(family)]: {}, [writeAlias(family)]: { is_write_index: true } };
    await client.expect("PUT", `/${create}`, { aliases: both });
    console.log(`${create}: made, as the write index`);
  }
}

/** Where a template says of which Jaeger it is; the tool itself leaves no word of it. */
const stamp = "jaeger_version";

/**
 * Shards and copies of the next indices, and their policy. The mapping is the tool's, which has just put it if a
 * version is given to stamp it with.
 * @param {Client} client
 * @param {string} family
 * @param {LifecyclePlan} plan
 * @param {string} [version] of the Jaeger whose mapping it is
 */
async function alignTemplate(client, family, { copies, policy, shards }, version) {
  const path = `/_index_template/${family}`;
  const current = templateOf((await client.expect("GET", path)).body);
  const index = current.template.settings.index;
  const same =
    index.number_of_shards === String(shards) &&
    index.number_of_replicas === String(copies) &&
    index.lifecycle.name === policy &&
    (version === undefined || current._meta?.[stamp] === version);
  if (same) return;
  // What the answer has beside these, the question does not take.
  const { index_patterns, template, priority, composed_of, version: number } = current;
  const _meta = version === undefined ? current._meta : { ...current._meta, [stamp]: version };
  Object.assign(index, { number_of_shards: String(shards), number_of_replicas: String(copies) });
  index.lifecycle.name = policy;
  await client.expect("PUT", path, {
    index_patterns,
    template,
    priority,
    composed_of,
    version: number,
    _meta,
  });
  console.log(`template ${family}: the next index has ${shards} shards and ${copies} further copies`);
}

/** @param {Client} client @param {Found} found */
async function guard(client, found) {
  const guarded = guardOf(found);
  if (guarded === undefined) return;
  await client.expect("POST", "/_aliases", { actions: [{ add: { ...guarded, is_write_index: false } }] });
}

/**
 * Takes away what was only there for init, does what had to wait for it, and says what is still wrong.
 * @param {Client} client
 * @param {LifecyclePlan} plan
 */
async function verifyLifecycle(client, plan) {
  const faults = [];
  const initialised = existsSync(plan.initMarker);
  for (const family of plan.families) {
    const found = await read(client, family, plan);
    await unguard(client, found);
    if (initialised && found.template) await alignTemplate(client, family, plan, plan.jaegerVersion);
    const decision = decide(await read(client, family, plan), plan.policy);
    if (decision.stops.length === 0 && !decision.init) await apply(client, plan, family, decision);
    faults.push(...faultsOf(await read(client, family, plan), plan.policy));
  }
  const { body } = await client.expect("GET", `/_ilm/policy/${plan.policy}`);
  const wanted = policyOf(plan).policy;
  const difference = firstDifference(wanted, body[plan.policy]?.policy, "");
  if (difference !== undefined) faults.push(`lifecycle policy ${plan.policy}: ${difference}`);
  if (faults.length > 0) throw new Stop(faults.join("\n"));
  console.log(`write aliases, read aliases and policy of ${plan.families.join(", ")}: in order`);
}

/** @param {Client} client @param {Found} found */
async function unguard(client, { family, indices }) {
  const alias = `${family}-000001`;
  const actions = Object.entries(indices)
    .filter(([, { aliases }]) => aliases[alias] !== undefined)
    .map(([index]) => ({ remove: { index, alias } }));
  if (actions.length > 0) await client.expect("POST", "/_aliases", { actions });
}

/**
 * Elasticsearch adds defaults to what it is given, so only what was given is compared.
 * @param {any} wanted @param {any} found @param {string} place
 * @returns {string | undefined}
 */
function firstDifference(wanted, found, place) {
  if (typeof wanted !== "object" || wanted === null) {
    return wanted === found
      ? undefined
      : `${place} is ${JSON.stringify(found)} and not ${JSON.stringify(wanted)}`;
  }
  if (typeof found !== "object" || found === null) return `${place} is missing`;
  for (const [key, value] of Object.entries(wanted)) {
    const difference = firstDifference(value, found[key], place === "" ? key : `${place}.${key}`);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

module.exports = { prepareLifecycle, verifyLifecycle };
