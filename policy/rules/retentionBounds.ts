import { collectorConfigurations, storageBackends } from "../artefacts/collectorConfiguration";
import { day, parseElasticsearchDuration, parseGoDuration } from "../artefacts/duration";
import { embeddedDocuments } from "../artefacts/document";
import { nodeSettings } from "../artefacts/elasticsearchSettings";
import { wordsOf } from "../artefacts/podTemplate";
import {
  cleanerImage,
  lifecycleDocuments,
  rotationOf,
  toolContainers,
  variable,
} from "../artefacts/retention";
import { type Resource } from "../engine/resource";
import { limitsOf, type ResourceRule } from "../engine/rule";
import { at, elements, entries, show, type Value } from "../engine/snapshot";
import { type EnvironmentLimits } from "../limits";

/** Everything that says how long spans live says the environment's number of days, each in its own way. */
export const retentionBounds: ResourceRule = {
  scope: "resource",
  name: "elasticsearch-retention-limit-days",
  description:
    "Where Elasticsearch keeps N days: queries look back at least N+1 days, the cleaner of dated indices is told N+1, and a lifecycle policy rolls over at least daily and deletes N days after that.",
  severity: "high",
  remediationSteps:
    "Set `storage.retentionDays` to the environment's number and let the program derive the rest from it (components/elasticsearch/retention.ts).",
  *judge(resource) {
    const found = limitsOf(resource.environment);
    const judged = [
      ...judgeConfigurations(resource),
      ...judgeLifecycles(resource),
      ...judgeSettings(resource),
      ...judgeWords(resource),
      ...judgeCleaners(resource),
    ];
    for (const problems of judged) {
      if ("problem" in found) yield `${resource.title}: its retention cannot be judged: ${found.problem}.`;
      else yield* problems(found.limits, found.name);
    }
  },
};

// Each artefact that a resource holds gives one of these, so that an unknown environment is reported only where there
// is something to judge.
type Judgement = (limits: EnvironmentLimits, environment: string) => Iterable<string>;

function* judgeConfigurations(resource: Resource): Iterable<Judgement> {
  for (const { place, document } of collectorConfigurations(resource)) {
    for (const backend of storageBackends(document)) {
      if (backend.type !== "elasticsearch") continue;
      const where = `${resource.title}, ${place}: ${backend.place}.elasticsearch`;
      yield (limits, environment) => elasticsearchProblems(where, backend.settings, limits, environment);
    }
  }
}

function* elasticsearchProblems(
  where: string,
  settings: Value | undefined,
  { retentionDays, retentionMechanism }: EnvironmentLimits,
  environment: string,
): Iterable<string> {
  const days = retentionDays + 1;
  const age = at(settings, "max_span_age");
  if ((parseGoDuration(age) ?? 0) < days * day) {
    yield `${where}.max_span_age is ${show(age)}, so the UI hides spans that ${environment} still keeps (${retentionDays} days and a day of index). Set at least "${days * 24}h".`;
  }
  for (const kind of ["spans", "services"]) {
    const rotation = rotationOf(settings, kind);
    if (rotation.mechanism === retentionMechanism) continue;
    const what = rotation.mechanism === "other" ? rotation.what : `they are made for ${rotation.mechanism}`;
    yield `${where}, indices of ${kind}: ${what}; ${environment} uses ${retentionMechanism === "ilm" ? "rollover with a lifecycle policy (rotation.auto_rollover)" : "one index a day and the cleaner (rotation.periodic)"}.`;
  }
}

function* judgeLifecycles(resource: Resource): Iterable<Judgement> {
  if (!resource.isKind("ConfigMap")) return;
  for (const { place, phases } of lifecycleDocuments(resource)) {
    const where = `${resource.title}, ${place}`;
    yield (limits, environment) => lifecycleProblems(where, phases, limits, environment);
  }
  for (const { place, content, source } of embeddedDocuments(resource)) {
    if ("problem" in content && /"?(phases|min_age)"?\s*:/.test(source)) {
      const { problem } = content;
      yield () => [
        `${resource.title}, ${place}: the lifecycle policy cannot be read: ${problem}. Write one plain JSON object.`,
      ];
    }
  }
}

function* lifecycleProblems(
  where: string,
  phases: Value,
  { retentionDays }: EnvironmentLimits,
  environment: string,
): Iterable<string> {
  const rollover = at(phases, "hot", "actions", "rollover", "max_age");
  const period = parseElasticsearchDuration(rollover);
  if (period === undefined || period <= 0 || period > day) {
    yield `${where}: hot.actions.rollover.max_age is ${show(rollover)}; an index covers at most a day, or its oldest spans outlive the retention. Set "1d".`;
  }
  for (const [condition] of entries(at(phases, "hot", "actions", "rollover"))) {
    if (!condition.startsWith("min_")) continue;
    yield `${where}: hot.actions.rollover.${condition} holds the rollover back, so an index may grow for more than a day. Leave it out.`;
  }
  const deletion = at(phases, "delete", "min_age");
  if (parseElasticsearchDuration(deletion) !== retentionDays * day) {
    yield `${where}: delete.min_age is ${show(deletion)}; ${environment} keeps spans for ${retentionDays} days, counted from the rollover. Set "${retentionDays}d".`;
  }
  if (at(phases, "delete", "actions", "delete") === undefined) {
    yield `${where}: the phase delete does not delete. Set delete.actions.delete.`;
  }
  if (at(phases, "delete", "actions", "wait_for_snapshot") !== undefined) {
    yield `${where}: delete.actions.wait_for_snapshot keeps the index until a snapshot was taken, for ever if none is. Leave it out.`;
  }
}

// Elasticsearch looks at the ages of indices only so often, and of a policy only where lifecycles run.
function* judgeSettings(resource: Resource): Iterable<Judgement> {
  for (const { place, name, value } of nodeSettings(resource)) {
    if (name !== "indices.lifecycle.poll_interval") continue;
    const period = parseElasticsearchDuration(value);
    if (period !== undefined && period > 0 && period <= day) continue;
    yield () => [
      `${resource.title}, ${place}: ${name} is ${show(value)}, so indices are deleted late. Leave it out, or set at most "1d".`,
    ];
  }
}

// A policy in a command is put past the documents that are judged.
function* judgeWords(resource: Resource): Iterable<Judgement> {
  for (const { where, word } of wordsOf(resource)) {
    if (!/"?min_age"?\s*:/.test(word)) continue;
    yield () => [
      `${where}: ${show(word)} makes a lifecycle policy that is not judged. Mount it from a ConfigMap.`,
    ];
  }
}

function* judgeCleaners(resource: Resource): Iterable<Judgement> {
  for (const { title, container } of toolContainers(resource, cleanerImage)) {
    yield ({ retentionDays }, environment) => cleanerProblems(title, container, retentionDays, environment);
    if (resource.isKind("CronJob")) yield () => scheduleProblems(resource);
    else yield () => [`${title}: the cleaner runs once. Make it a CronJob.`];
  }
}

function* cleanerProblems(
  title: string,
  container: Parameters<typeof variable>[0],
  retentionDays: number,
  environment: string,
): Iterable<string> {
  const days = elements(at(container.spec, "args"))[0];
  if (days !== String(retentionDays + 1)) {
    yield `${title}: the cleaner is told ${show(days)} days; ${environment} keeps ${retentionDays}, and a daily index is complete a day later. Give it "${retentionDays + 1}" as its first argument.`;
  }
  const command = at(container.spec, "command");
  if (command !== undefined && command !== null) {
    yield `${title}: its command is ${show(command)}, so what the arguments mean cannot be judged. Leave the command of the image.`;
  }
  const rollover = variable(container, "ROLLOVER");
  if (rollover !== undefined && rollover !== "false") {
    yield `${title}: ROLLOVER is ${show(rollover)}, so it leaves dated indices alone. Leave it out.`;
  }
}

function* scheduleProblems(resource: Resource): Iterable<string> {
  const schedule = resource.at("spec", "schedule");
  // Minute and hour fixed or listed, every day.
  if (typeof schedule !== "string" || !/^[\d,*/-]+ [\d,*/-]+ \* \* \*$/.test(schedule)) {
    yield `${resource.title}: spec.schedule is ${show(schedule)}; the cleaner runs every day. Set for example "55 0 * * *".`;
  }
  const suspended = resource.at("spec", "suspend");
  if (suspended !== undefined && suspended !== null && suspended !== false) {
    yield `${resource.title}: spec.suspend is ${show(suspended)}, so nothing is ever removed. Leave it out.`;
  }
}
