// @ts-check
"use strict";

/**
 * What to do about the indices of one kind. No requests here: from what is there to what has to be done.
 *
 * A family is all indices of a kind: `nova-jaeger-span-000001` and so on, with the alias `-read` on all of them and the
 * alias `-write` on all or one of them, one being the write index.
 */

/** @typedef {{ readonly is_write_index?: boolean }} Alias */
/**
 * @typedef {object} Index
 * @property {Readonly<Record<string, Alias>>} aliases
 * @property {boolean} rolledOver whether another index has followed it; nothing may be written to it again, because its
 *   age counts from then
 * @property {string} [policy] lifecycle policy that it is under
 */
/**
 * @typedef {object} Found
 * @property {string} family
 * @property {Readonly<Record<string, Index>>} indices all that begin with the family's name, and all with its aliases
 * @property {boolean} template whether new indices get mapping, policy and aliases
 * @property {boolean} current whether the mapping is that of the Jaeger that is to be deployed
 */
/** @typedef {{ add: { index: string, alias: string, is_write_index?: boolean } }} AliasAction */
/**
 * @typedef {object} Decision
 * @property {string[]} stops why nothing may be done, with how to repair it
 * @property {string[]} notes what somebody may want to look at
 * @property {string} [create] index to make, as the write index
 * @property {AliasAction[]} aliases to put, in one step
 * @property {string[]} adopt indices to put under the policy
 * @property {boolean} init whether `es-rollover init` has to run
 */

/** @param {string} family */
const readAlias = (family) => `${family}-read`;
/** @param {string} family */
const writeAlias = (family) => `${family}-write`;
/** @param {string} family @param {number} number */
const member = (family, number) => `${family}-${String(number).padStart(6, "0")}`;

/** @param {Found} found @returns {string[]} the family's indices, oldest first */
function membersOf({ family, indices }) {
  return Object.keys(indices)
    .filter((name) => name.startsWith(`${family}-`) && /^\d{6,}$/.test(name.slice(family.length + 1)))
    .sort();
}

/**
 * The index that takes writes: the one that says so, or the only one with the alias where none says so.
 * @param {Found} found
 * @returns {{ writer: string | undefined, explicit: boolean }}
 */
function writerOf({ family, indices }) {
  const alias = writeAlias(family);
  const holders = Object.entries(indices).flatMap(([name, { aliases }]) => {
    const held = aliases[alias];
    return held === undefined ? [] : [{ name, flag: held.is_write_index }];
  });
  const chosen = holders.find(({ flag }) => flag === true);
  if (chosen !== undefined) return { writer: chosen.name, explicit: true };
  const [only] = holders;
  const takes = holders.length === 1 && only !== undefined && only.flag === undefined;
  return { writer: takes ? only.name : undefined, explicit: false };
}

/**
 * @param {Found} found
 * @param {string} policy name of the lifecycle policy
 * @returns {Decision}
 */
function decide(found, policy) {
  const { family, indices, template, current } = found;
  /** @type {Decision} */
  const decision = { stops: [], notes: [], aliases: [], adopt: [], init: !template || !current };
  // Without the right template a new index would get the wrong mapping for good: it waits for the tool.
  const ready = template && current;
  const [read, write] = [readAlias(family), writeAlias(family)];
  for (const alias of [read, write]) if (indices[alias] !== undefined) decision.stops.push(squatting(alias));
  if (decision.stops.length > 0) return decision;

  const members = membersOf(found);
  const newest = members.at(-1);
  const { writer: held, explicit } = writerOf(found);
  // Whatever was written to it now would be removed too early.
  const spent = held !== undefined && indices[held]?.rolledOver === true;
  if (spent) decision.aliases.push({ add: { index: held, alias: write, is_write_index: false } });
  const writer = spent ? undefined : held;
  decision.adopt = members.filter((name) => indices[name]?.policy !== policy);
  noteStrays(found, decision, members, writer);

  if (writer !== undefined) {
    if (newest !== undefined && newest > writer && members.includes(writer)) {
      decision.stops.push(
        `${newest} is there although ${writer} is the write index of ${write}: the next rollover would fail, and ${writer} would never be removed. ` +
          `If ${newest} is empty (GET /${newest}/_count), DELETE /${newest}; then run this again.`,
      );
    } else if (!explicit) {
      decision.aliases.push({ add: { index: writer, alias: write, is_write_index: true } });
    }
  } else if (newest === undefined) {
    // With a template in place the first index needs no tool.
    if (ready) decision.create = member(family, 1);
  } else if (indices[newest]?.rolledOver && !ready) {
    // The tool in turn has to find the alias, or it would put it on an index of its own.
    decision.aliases.push({ add: { index: newest, alias: write, is_write_index: false } });
  } else if (indices[newest]?.rolledOver) {
    decision.create = member(family, Number(newest.slice(family.length + 1)) + 1);
  } else {
    decision.aliases.push({ add: { index: newest, alias: write, is_write_index: true } });
  }
  for (const name of members) {
    if (indices[name]?.aliases[read] === undefined)
      decision.aliases.push({ add: { index: name, alias: read } });
  }
  return decision;
}

/**
 * Indices that no policy will ever remove.
 * @param {Found} found @param {Decision} decision @param {string[]} members @param {string | undefined} writer
 */
function noteStrays({ family, indices }, decision, members, writer) {
  const stuck = members.filter(
    (name) => writer !== undefined && name < writer && indices[name]?.rolledOver === false,
  );
  if (stuck.length > 0) {
    decision.notes.push(
      `${stuck.join(", ")}: not the write index and never rolled over, so the policy does not remove it. Once its spans are older than the retention, DELETE it.`,
    );
  }
  const dated = Object.keys(indices).filter((name) =>
    /^\d{4}-\d{2}-\d{2}$/.test(name.slice(family.length + 1)),
  );
  if (dated.length > 0) {
    decision.notes.push(
      `${dated.length} dated indices of ${family} are under no policy, and queries do not see them. Once their spans are older than the retention, DELETE them.`,
    );
  }
}

/** @param {string} alias */
function squatting(alias) {
  const rescued = `${alias}-rescued`;
  return (
    `${alias} is an index, but has to be an alias: something wrote before the alias was there. To repair it: ` +
    `1. stop Jaeger's collectors; 2. if its spans matter, POST /_reindex {"source":{"index":"${alias}"},"dest":{"index":"${rescued}"}}; ` +
    `3. DELETE /${alias}; 4. run this again (pulumi up); 5. POST /_reindex from ${rescued} to ${alias}, and DELETE /${rescued}.`
  );
}

/**
 * `es-rollover init` makes a missing `-000001` anew, unless an alias of that name exists: this alias keeps it from
 * bringing back an index that the policy removed long ago. It goes when init has run.
 * @param {Found} found
 * @returns {{ index: string, alias: string } | undefined} the alias that has to be there while init runs
 */
function guardOf(found) {
  const alias = member(found.family, 1);
  const newest = membersOf(found).at(-1);
  return newest !== undefined && found.indices[alias] === undefined ? { index: newest, alias } : undefined;
}

/**
 * What is still wrong when all is done.
 * @param {Found} found
 * @param {string} policy
 * @returns {string[]}
 */
function faultsOf(found, policy) {
  const { family } = found;
  const faults = [];
  const { stops, aliases, create, adopt, init } = decide(found, policy);
  faults.push(...stops);
  if (init)
    faults.push(
      `the index template ${family} is missing, knows no lifecycle policy, or is of another Jaeger`,
    );
  if (create !== undefined || (stops.length === 0 && writerOf(found).writer === undefined))
    faults.push(`${writeAlias(family)} has no write index`);
  for (const { add } of aliases) faults.push(`the alias ${add.alias} is not as it should be on ${add.index}`);
  for (const name of adopt) faults.push(`${name} is not under the lifecycle policy ${policy}`);
  return faults;
}

module.exports = { decide, faultsOf, guardOf, readAlias, writeAlias };
