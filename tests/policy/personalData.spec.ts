/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access -- the cases break documents that no type describes */
import { personalDataAttributes } from "../../policy/limits";
import { personalData } from "../../policy/rules/personalData";
import { allows, refuses } from "./support/cases";
import { edit } from "./support/compliantStack";
import { type Declared } from "./support/evaluate";

const dev = { resource: "jaeger-config" };

function actions(list: object[], more: object = {}): (resource: Declared) => void {
  return edit((d) => {
    d.processors["attributes/pii"] = { actions: list, ...more };
  });
}

const byName = personalDataAttributes.map((key) => ({ key, action: "delete" }));

describe("jaeger-pipeline-require-personal-data-step", () => {
  allows(personalData, [
    { ...dev, title: "each attribute by name", change: actions(byName) },
    { ...dev, title: "a pattern for all", change: actions([{ pattern: ".*", action: "hash" }]) },
    {
      ...dev,
      title: "two steps that cover them together",
      change: edit((d) => {
        d.processors["attributes/pii"] = { actions: byName.slice(0, 4) };
        d.processors["attributes/more"] = { actions: byName.slice(4) };
        d.service.pipelines.traces.processors.push("attributes/more");
      }),
    },
    {
      stack: "production",
      resource: "jaeger-query-config",
      title: "a pipeline of nop, which carries no span",
      change: () => undefined,
    },
  ]);

  refuses(personalData, [
    ...personalDataAttributes.map((name) => ({
      ...dev,
      title: `a step that leaves ${name} out`,
      change: actions(byName.filter(({ key }) => key !== name)),
      says: ["pipeline traces lets", name],
    })),
    {
      ...dev,
      title: "a pipeline without the step",
      change: edit((d) => (d.service.pipelines.traces.processors = ["memory_limiter"])),
      says: ["pipeline traces lets", "user.password"],
    },
    {
      ...dev,
      title: "a second pipeline without the step",
      change: edit((d) => {
        d.service.pipelines["traces/second"] = {
          ...d.service.pipelines.traces,
          processors: ["memory_limiter"],
        };
      }),
      says: ["pipeline traces/second lets"],
    },
    { ...dev, title: "a step without actions", change: actions([]), says: ["user.password"] },
    {
      ...dev,
      title: "a step that is defined nowhere",
      change: edit((d) => (d.processors = {})),
      says: ["user.password"],
    },
    {
      ...dev,
      title: "actions that change instead of removing",
      change: actions(byName.map((a) => ({ ...a, action: "upsert" }))),
      says: ["user.password"],
    },
    {
      ...dev,
      title: "a step for some services only",
      change: actions(byName, { include: { services: ["a"] } }),
      says: ["user.password"],
    },
    {
      ...dev,
      title: "a step that leaves services out",
      change: actions(byName, { exclude: { services: ["a"] } }),
      says: ["user.password"],
    },
    {
      ...dev,
      title: "a pattern that nobody can read",
      change: actions([{ pattern: "(?i)(", action: "delete" }]),
      says: ["user.password"],
    },
    {
      ...dev,
      title: "a pattern from the environment of the process",
      change: actions([{ pattern: "${env:PATTERN}", action: "delete" }]),
      says: ["user.password"],
    },
    {
      ...dev,
      title: "a pattern that minds the case of another word",
      change: actions([{ pattern: "^USER", action: "delete" }]),
      says: ["user.password"],
    },
    {
      ...dev,
      title: "a Patch of the configuration",
      change: (resource) => {
        resource.type = "kubernetes:core/v1:ConfigMapPatch";
        actions([])(resource);
      },
      says: ["ConfigMapPatch", "user.password"],
    },
  ]);
});
