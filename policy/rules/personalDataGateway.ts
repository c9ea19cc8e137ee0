import { componentType, tracesPipelines, type TracesPipeline } from "../artefacts/collectorConfiguration";
import { collectorContainers, type CollectorContainer, selects } from "../artefacts/collectorContainer";
import { type Matcher } from "../artefacts/goPattern";
import { attributeContexts, redactionOf, textFields } from "../artefacts/redaction";
import { type Finding, limitsOf, type StackRule } from "../engine/rule";
import { at, type Mapping, show, text } from "../engine/snapshot";
import { personalDataAttributes, personalDataExamples } from "../limits";

const namespace = "observability";
const service = "jaeger-collector";

/** Above dev spans meet a gateway first, which takes personal data out of all of a span. */
export const personalDataGateway: StackRule = {
  scope: "stack",
  name: "jaeger-gateway-require-redaction",
  description:
    "Above dev the Service jaeger-collector leads to gateways alone, whose pipelines take personal data out of the attributes of spans, events, scopes and resources, out of names, status messages and trace states, and keep no span that Jaeger has not taken (policy/limits.ts has the names and an example of each kind of value).",
  severity: "critical",
  remediationSteps:
    "Let the Service select an OpenTelemetry Collector with a transform and a redaction processor without exceptions, and with no batch processor, queue or storage of its own.",
  *judge(stack) {
    const found = limitsOf(stack.environment);
    if ("problem" in found) {
      yield { message: `Whether the stack needs a gateway cannot be judged: ${found.problem}.` };
      return;
    }
    if (!found.limits.redactionGateway) return;
    const selector = stack.find("Service", namespace, service)?.at("spec", "selector");
    const reached = collectorContainers(stack).filter(
      ({ owner, template }) => owner.namespace === namespace && selects(selector, template.labels),
    );
    if (reached.length === 0) {
      yield {
        message: `The Service ${service} of the namespace ${namespace} leads to no gateway (its selector: ${show(selector)}). Let it select the gateway's pods.`,
      };
    }
    for (const container of reached) yield* judgeContainer(container);
  },
};

function* judgeContainer({ configuration, owner, title }: CollectorContainer): Iterable<Finding> {
  const { urn } = owner;
  if ("problem" in configuration) {
    yield { urn, message: `${title}: its redaction cannot be judged: ${configuration.problem}.` };
    return;
  }
  const pipelines = tracesPipelines(configuration.document);
  if (pipelines.length === 0)
    yield { urn, message: `${title}: it has no pipeline for traces. Add one with the redaction.` };
  for (const pipeline of pipelines) {
    for (const problem of [
      ...openPlaces(configuration.document, pipeline),
      ...ownKeeping(configuration.document, pipeline),
    ])
      yield { urn, message: `${title}: pipeline ${pipeline.id} ${problem}` };
  }
}

function* openPlaces(document: Mapping, { processors }: TracesPipeline): Iterable<string> {
  const { values, names, texts } = redactionOf(document, processors);
  yield* openExamples("the values of attributes", values, "blocked_values of a redaction processor");
  for (const [context, field] of textFields) {
    const place = `${context}.${field}`;
    yield* openExamples(place, texts[place] ?? [], `replace_pattern in the context ${context}`);
  }
  for (const context of attributeContexts) {
    const matchers = names[context] ?? [];
    const open = personalDataAttributes.filter((name) => !matchers.some((matches) => matches(name)));
    if (open.length === 0) continue;
    yield `lets ${open.join(", ")} through in the context ${context}. Delete or hash them in a transform processor with error_mode propagate.`;
  }
}

function* openExamples(place: string, matchers: readonly Matcher[], by: string): Iterable<string> {
  const open = Object.entries(personalDataExamples)
    .filter(([, example]) => !matchers.some((matches) => matches(example)))
    .map(([what]) => what);
  if (open.length > 0) yield `lets ${open.join(", ")} through in ${place}. Mask them by ${by}.`;
}

// Steps that hand on what they are given before they say that it is done. Others may keep it, or bring something in.
const passingSteps = new Set([
  "attributes",
  "filter",
  "memory_limiter",
  "redaction",
  "resource",
  "transform",
]);

/** The Service of Jaeger's own collectors. */
const backend = "jaeger-collector-backend";
const backendAddress = new RegExp(
  `^(https?://)?${backend}(\\.${namespace}(\\.svc(\\.[a-z0-9.-]+)?)?)?(:\\d+)?/?$`,
);

// What it acknowledged and holds would be lost with its pod, and what it stores itself would pass Jaeger's own step.
function* ownKeeping(document: Mapping, { processors, exporters }: TracesPipeline): Iterable<string> {
  for (const step of processors) {
    if (passingSteps.has(componentType(step))) continue;
    yield `has the step ${show(step)}, which may acknowledge what it holds. Remove it.`;
  }
  for (const exporter of exporters) {
    if (!["otlp", "otlp_grpc", "otlphttp", "otlp_http"].includes(componentType(exporter))) {
      yield `has the exporter ${show(exporter)}, which is not OTLP. Send to Jaeger's own collector alone.`;
      continue;
    }
    const endpoint = at(document, "exporters", text(exporter) ?? "", "endpoint");
    if (!backendAddress.test(text(endpoint) ?? "")) {
      yield `has the exporter ${show(exporter)} to ${show(endpoint)}. Send to Service ${backend} alone.`;
    }
    const queue = at(document, "exporters", text(exporter) ?? "", "sending_queue");
    if (at(queue, "enabled") === false || at(queue, "wait_for_result") === true) continue;
    yield `has the exporter ${show(exporter)} with a queue that acknowledges what it holds. Set sending_queue.enabled to false.`;
  }
}
