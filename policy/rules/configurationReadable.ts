import { collectorContainers, type CollectorContainer, selects } from "../artefacts/collectorContainer";
import { componentType, storageBackends, tracesPipelines } from "../artefacts/collectorConfiguration";
import { parseText } from "../artefacts/document";
import { mountedFile } from "../artefacts/mountedFile";
import { isStrategiesDocument } from "../artefacts/sampleRate";
import { type Finding, limitsOf, type StackRule } from "../engine/rule";
import { at, entries, show, text } from "../engine/snapshot";
import { type Stack } from "../engine/stack";

const namespace = "observability";
const services = ["jaeger-collector", "jaeger-query"] as const;
/** Where there is a gateway: what it sends to. */
const backend = "jaeger-collector-backend";

/** The other rules see every configuration that runs, and what clients reach is what they saw. */
export const configurationReadable: StackRule = {
  scope: "stack",
  name: "jaeger-configuration-require-readable",
  description:
    "Every Jaeger and collector reads one configuration from a ConfigMap of the stack, its sampling strategies too; the Services jaeger-collector, jaeger-query and, above dev, jaeger-collector-backend lead to such pods, and spans are stored.",
  severity: "critical",
  remediationSteps:
    "Mount the configuration from a ConfigMap of the stack, pass it with one --config, and let the Services select those pods.",
  *judge(stack) {
    const collectors = collectorContainers(stack);
    for (const collector of collectors) yield* judgeCollector(stack, collector);
    for (const name of servicesOf(stack)) yield* judgeService(stack, name, collectors);
    if (!collectors.some(storesSpans)) {
      yield {
        message:
          "No configuration of the stack leads spans from a receiver to a storage backend. Deploy Jaeger with a traces pipeline into jaeger_storage_exporter.",
      };
    }
  },
};

function servicesOf({ environment }: Stack): readonly string[] {
  const found = limitsOf(environment);
  const hasGateway = "problem" in found || found.limits.redactionGateway;
  return hasGateway ? [...services, backend] : services;
}

function* judgeCollector(stack: Stack, collector: CollectorContainer): Iterable<Finding> {
  const { configuration, owner, template, container, title } = collector;
  const { urn } = owner;
  if ("problem" in configuration) {
    yield {
      urn,
      message: `${title}: ${configuration.problem}. Mount one configuration from a ConfigMap of the stack.`,
    };
    return;
  }
  for (const [id, settings] of entries(at(configuration.document, "extensions"))) {
    if (componentType(id) !== "remote_sampling") continue;
    const path = at(settings, "file", "path");
    if (typeof path !== "string") continue;
    const file = mountedFile(stack, owner, template, container, path);
    if ("problem" in file) {
      yield {
        urn,
        message: `${title}: the sampling strategies ${show(path)} cannot be read: ${file.problem}.`,
      };
      continue;
    }
    const content = parseText(file.source);
    if ("problem" in content) {
      yield {
        urn,
        message: `${title}: the sampling strategies ${show(path)} cannot be read: ${content.problem}.`,
      };
    } else if (!isStrategiesDocument(content.mapping)) {
      yield {
        urn,
        message: `${title}: ${show(path)} has no default_strategy. Render the strategies into it.`,
      };
    }
  }
}

function* judgeService(
  stack: Stack,
  name: string,
  collectors: readonly CollectorContainer[],
): Iterable<Finding> {
  const service = stack.find("Service", namespace, name);
  if (service === undefined) {
    yield {
      message: `There is no Service ${name} in the namespace ${namespace}, which every client is told to use.`,
    };
    return;
  }
  const selector = service.at("spec", "selector");
  const reached = collectors.filter(
    ({ owner, template }) => owner.namespace === namespace && selects(selector, template.labels),
  );
  if (reached.length === 0) {
    yield {
      urn: service.urn,
      message: `${service.title}: its selector ${show(selector)} leads to no pod of the stack that runs Jaeger or a collector. Select the labels of those pods.`,
    };
  }
}

function storesSpans({ configuration }: CollectorContainer): boolean {
  if ("problem" in configuration) return false;
  const { document } = configuration;
  const stores = storageBackends(document).map((backend) => backend.name);
  return tracesPipelines(document).some(({ receivers, exporters }) =>
    exporters.some(
      (id) =>
        receivers.length > 0 &&
        componentType(id) === "jaeger_storage_exporter" &&
        stores.some((store) => store === at(document, "exporters", text(id) ?? "", "trace_storage")),
    ),
  );
}
