/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access -- the cases break documents that no type describes */
import { personalDataGateway } from "../../policy/rules/personalDataGateway";
import { allows, refuses } from "./support/cases";
import { edit } from "./support/compliantStack";
import { type Loose } from "./support/evaluate";

const config = { stack: "production" as const, resource: "jaeger-gateway-config" };
const service = { stack: "staging" as const, resource: "jaeger-collector-service" };

const statements = (d: Loose, index: number): Loose => d.processors.transform.trace_statements[index];
const hash =
  'set(attributes["user.email"], SHA256(attributes["user.email"])) where IsString(attributes["user.email"])';
const others =
  'delete_matching_keys(attributes, "(password|secret|authorization|cookie|email\\\\.(to|subject))")';

describe("jaeger-gateway-require-redaction", () => {
  allows(personalDataGateway, [
    { ...config, title: "the gateway of production", change: () => undefined },
    { ...service, title: "the gateway of staging", change: () => undefined },
    { title: "dev, which has none", resource: "jaeger-config", change: () => undefined },
    {
      ...config,
      title: "a name that is hashed, or deleted where it cannot be",
      change: edit((d) => {
        statements(d, 0).statements = [
          others,
          hash,
          'delete_key(attributes, "user.email") where not IsString(attributes["user.email"])',
        ];
      }),
    },
    {
      ...config,
      title: "a queue that waits for the result",
      change: edit((d) => (d.exporters.otlp.sending_queue = { enabled: true, wait_for_result: true })),
    },
  ]);

  refuses(personalDataGateway, [
    {
      ...config,
      title: "a pipeline without redaction",
      change: edit((d) => void d.service.pipelines.traces.processors.pop()),
      says: ["pipeline traces lets", "an e-mail address", "the values of attributes"],
    },
    {
      ...config,
      title: "a second pipeline without any step",
      change: edit((d) => {
        d.service.pipelines["traces/second"] = {
          ...d.service.pipelines.traces,
          processors: ["memory_limiter"],
        };
      }),
      says: ["pipeline traces/second lets"],
    },
    {
      ...config,
      title: "a redaction that does not find cards",
      change: edit((d) => (d.processors.redaction.blocked_values = ["[a-z]"])),
      says: ["a card number"],
    },
    {
      ...config,
      title: "a redaction of texts alone",
      change: edit((d) => (d.processors.redaction.redact_all_types = false)),
      says: ["the values of attributes"],
    },
    ...["ignored_keys", "ignored_key_patterns", "allowed_values"].map((key) => ({
      ...config,
      title: `a redaction with ${key}`,
      change: edit((d) => (d.processors.redaction[key] = ["x"])),
      says: ["the values of attributes"],
    })),
    {
      ...config,
      title: "values from the environment of the process",
      change: edit((d) => (d.processors.redaction.blocked_values = ["${env:VALUES}"])),
      says: ["the values of attributes"],
    },
    {
      ...config,
      title: "a transform that goes on after an error",
      change: edit((d) => (d.processors.transform.error_mode = "ignore")),
      says: ["in the context resource"],
    },
    {
      ...config,
      title: "a transform without the names of events",
      change: edit((d) => void statements(d, 3).statements.shift()),
      says: ["user.password", "in the context spanevent"],
    },
    ...["name", "version"].map((field, index) => ({
      ...config,
      title: `a transform without the scope's ${field}`,
      change: edit((d) => void statements(d, 1).statements.splice(index + 1, 1)),
      says: [`scope.${field}`],
    })),
    ...["name", "status.message", "trace_state"].map((field, index) => ({
      ...config,
      title: `a transform without ${field}`,
      change: edit((d) => void statements(d, 2).statements.splice(index, 1)),
      says: [`span.${field}`],
    })),
    {
      ...config,
      title: "a transform for some spans only",
      change: edit((d) => (statements(d, 2).conditions = ['name == "a"'])),
      says: ["span.name"],
    },
    {
      ...config,
      title: "a statement for some resources only",
      change: edit((d) => (statements(d, 0).statements[0] = `${others} where attributes["a"] == "b"`)),
      says: ["in the context resource"],
    },
    {
      ...config,
      title: "a name that is hashed where it is a text, and left where it is none",
      change: edit((d) => (statements(d, 0).statements = [others, hash])),
      says: ["user.email", "in the context resource"],
    },
    {
      ...config,
      title: "a batch step",
      change: edit((d) => void d.service.pipelines.traces.processors.push("batch")),
      says: ["batch", "may acknowledge what it holds"],
    },
    {
      ...config,
      title: "a step that collects whole traces",
      change: edit((d) => void d.service.pipelines.traces.processors.push("groupbytrace")),
      says: ["groupbytrace", "may acknowledge what it holds"],
    },
    ...["jaeger-collector-backend.example.com:4317", "http://elsewhere:4317", undefined].map((endpoint) => ({
      ...config,
      title: `an exporter to ${endpoint ?? "nowhere in particular"}`,
      change: edit((d) => (d.exporters.otlp.endpoint = endpoint)),
      says: ["Send to Service jaeger-collector-backend alone"],
    })),
    {
      ...config,
      title: "a second exporter that sends elsewhere",
      change: edit((d) => {
        d.exporters["otlp/copy"] = { endpoint: "copy:4317", sending_queue: { enabled: false } };
        d.service.pipelines.traces.exporters.push("otlp/copy");
      }),
      says: ["otlp/copy", "copy:4317"],
    },
    {
      ...config,
      title: "a queue by default",
      change: edit((d) => delete d.exporters.otlp.sending_queue),
      says: ["with a queue that acknowledges what it holds"],
    },
    {
      ...config,
      title: "a storage of its own",
      change: edit((d) => (d.service.pipelines.traces.exporters = ["jaeger_storage_exporter"])),
      says: ["is not OTLP"],
    },
    {
      ...config,
      title: "a configuration without traces",
      change: edit((d) => (d.service.pipelines = { metrics: d.service.pipelines.traces })),
      says: ["no pipeline for traces"],
    },
    { ...config, title: "a configuration that is not in the stack", says: ["cannot be judged"] },
    {
      ...service,
      title: "a Service that leads to Jaeger itself",
      change: (resource) => (resource.props.spec.selector = { app: "jaeger-collector" }),
      says: ["the values of attributes"],
    },
    {
      ...service,
      title: "a Service that leads to nobody",
      change: (resource) => (resource.props.spec.selector = { app: "nobody" }),
      says: ["leads to no gateway"],
    },
    { ...service, title: "no Service", says: ["leads to no gateway"] },
  ]);
});
