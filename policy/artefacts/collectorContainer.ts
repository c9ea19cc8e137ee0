import { type Resource } from "../engine/resource";
import { at, isMapping, type Mapping, text, UNKNOWN, type Value } from "../engine/snapshot";
import { type Stack } from "../engine/stack";
import { readCollectorConfiguration } from "./collectorConfiguration";
import { mountedFile } from "./mountedFile";
import {
  commandLine,
  type Container,
  containers,
  parseImage,
  type PodTemplate,
  podTemplates,
} from "./podTemplate";

/** A container that runs Jaeger or a collector, with the configuration that it reads. */
export interface CollectorContainer {
  readonly owner: Resource;
  readonly template: PodTemplate;
  readonly container: Container;
  /** Kind, name and container, for messages. */
  readonly title: string;
  /** The configuration, or why it cannot be read. */
  readonly configuration: { readonly document: Mapping } | { readonly problem: string };
}

const collectorImage =
  /^(jaeger|jaeger-(all-in-one|collector|query|ingester|remote-storage)|opentelemetry-collector.*|otelcol.*)$/;

/** All such containers of a stack, by their image, or by the flag that hands a configuration to one. */
export function collectorContainers(stack: Stack): CollectorContainer[] {
  return stack.resources.flatMap((owner) =>
    podTemplates(owner).flatMap((template) =>
      containers(template)
        .filter(runsCollector)
        .map((container) => ({
          owner,
          template,
          container,
          title: `${owner.title}, ${container.title}`,
          configuration: configurationOf(stack, owner, template, container),
        })),
    ),
  );
}

function runsCollector(container: Container): boolean {
  const image = text(at(container.spec, "image")) ?? "";
  return collectorImage.test(parseImage(image).basename) || joinedCommand(container).includes("--config");
}

function joinedCommand(container: Container): string {
  return commandLine(container)
    .map((word) => text(word) ?? "")
    .join(" ");
}

function configurationOf(
  stack: Stack,
  owner: Resource,
  template: PodTemplate,
  container: Container,
): CollectorContainer["configuration"] {
  const words = commandLine(container);
  if (words.includes(UNKNOWN)) return { problem: "its command is unknown during preview" };
  const command = joinedCommand(container);
  if (/(^|\s)--set(=|\s)/.test(command)) return { problem: "--set changes the configuration past the file" };
  const paths = [...command.matchAll(/(?:^|\s)--config(?:=|\s+)(\S+)/g)].map(([, path]) => path ?? "");
  const [given, second] = paths;
  if (given === undefined)
    return { problem: "it is given no --config, so it would run with settings of its own" };
  if (second !== undefined)
    return { problem: "it is given more than one --config, and they would be merged" };
  const path = given.replace(/^file:/, "");
  if (!path.startsWith("/")) return { problem: `its configuration ${given} is no file of the pod` };
  const file = mountedFile(stack, owner, template, container, path);
  if ("problem" in file) return file;
  const configuration = readCollectorConfiguration(file.source);
  if ("problem" in configuration) {
    return {
      problem: `${file.configMap.title} cannot be read as its configuration: ${configuration.problem}`,
    };
  }
  return configuration;
}

/** Whether a Service of a namespace sends to the pods of a template there. */
export function selects(selector: Value | undefined, labels: Value | undefined): boolean {
  if (!isMapping(selector) || Object.keys(selector).length === 0) return false;
  return Object.entries(selector).every(([key, value]) => value !== UNKNOWN && at(labels, key) === value);
}
