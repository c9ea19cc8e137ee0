/* eslint-disable @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-return -- the cases break documents that no type describes */
import { memoryLimiter } from "../../policy/rules/memoryLimiter";
import { allows, refuses } from "./support/cases";
import { edit } from "./support/compliantStack";
import { type Declared } from "./support/evaluate";

const dev = { resource: "jaeger-config" };

function limiter(value: object): (resource: Declared) => void {
  return edit((d) => {
    d.processors.memory_limiter = value;
  });
}

describe("jaeger-pipeline-require-memory-limiter", () => {
  allows(memoryLimiter, [
    { ...dev, title: "a limit in mebibytes", change: limiter({ check_interval: "500ms", limit_mib: 200 }) },
    {
      ...dev,
      title: "a limiter under a name of its own",
      change: edit((d) => {
        d.processors["memory_limiter/strict"] = { check_interval: "1s", limit_percentage: 70 };
        d.service.pipelines.traces.processors[0] = "memory_limiter/strict";
      }),
    },
  ]);

  refuses(memoryLimiter, [
    {
      ...dev,
      title: "a limiter behind another step",
      change: edit((d) => d.service.pipelines.traces.processors.reverse()),
      says: ["begins with", "attributes/pii"],
    },
    {
      ...dev,
      title: "a pipeline without steps",
      change: edit((d) => {
        delete d.service.pipelines.traces.processors;
      }),
      says: ["begins with missing"],
    },
    {
      ...dev,
      title: "a limiter without an interval",
      change: limiter({ limit_percentage: 75 }),
      says: ["check_interval missing"],
    },
    {
      ...dev,
      title: "an interval of zero",
      change: limiter({ check_interval: "0s", limit_percentage: 75 }),
      says: ["check_interval"],
    },
    {
      ...dev,
      title: "a limiter without a limit",
      change: limiter({ check_interval: "1s" }),
      says: ["has no limit"],
    },
    {
      ...dev,
      title: "a limit of all memory",
      change: limiter({ check_interval: "1s", limit_percentage: 100 }),
      says: ["has no limit"],
    },
    {
      ...dev,
      title: "an unparsable limit",
      change: limiter({ check_interval: "1s", limit_percentage: "75%" }),
      says: ["has no limit", "75%"],
    },
    {
      ...dev,
      title: "a second pipeline without it",
      change: edit((d) => {
        d.service.pipelines["traces/second"] = {
          receivers: ["otlp"],
          processors: ["batch"],
          exporters: ["debug"],
        };
      }),
      says: ["pipeline traces/second"],
    },
  ]);
});
