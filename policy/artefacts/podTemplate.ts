import { perResource } from "../engine/perResource";
import { type Resource } from "../engine/resource";
import {
  at,
  elements,
  entries,
  isList,
  isMapping,
  type Mapping,
  text,
  UNKNOWN,
  type Value,
} from "../engine/snapshot";

/** A pod, or the template that pods are made from. */
export interface PodTemplate {
  /** Path of the pod spec in the resource, for messages. */
  readonly place: string;
  readonly labels: Value | undefined;
  readonly spec: Mapping;
}

/** A container of a pod template. */
export interface Container {
  /** How messages call it: `container "jaeger"`. */
  readonly title: string;
  readonly spec: Value;
}

/** The kinds whose objects run pods. */
export const workloadKinds = [
  "Pod",
  "PodTemplate",
  "Deployment",
  "StatefulSet",
  "DaemonSet",
  "ReplicaSet",
  "ReplicationController",
  "Job",
  "CronJob",
] as const;

// Kinds that only hold data: walking a thousand ConfigMaps for containers would cost more than all else.
const dataKinds = new Set([
  "ConfigMap",
  "Secret",
  "Namespace",
  "ServiceAccount",
  "Service",
  "CustomResourceDefinition",
]);

/**
 * The pod templates of a resource, found by shape: a mapping with a list of containers. So a custom resource that runs
 * pods (a rollout, a serving resource) is judged like a Deployment.
 */
export const podTemplates = perResource((resource: Resource): readonly PodTemplate[] => {
  if (!resource.type.kubernetes || dataKinds.has(resource.type.kind)) return [];
  const found: PodTemplate[] = [];
  const walk = (value: Value, place: string, owner: Value | undefined): void => {
    if (isList(value)) {
      value.forEach((element, index) => {
        walk(element, `${place}[${index}]`, undefined);
      });
    } else if (isMapping(value)) {
      if (runsContainers(value)) found.push({ place, labels: at(owner, "metadata", "labels"), spec: value });
      for (const [key, inner] of entries(value)) {
        if (place !== "" || key !== "status") walk(inner, place === "" ? key : `${place}.${key}`, value);
      }
    }
  };
  walk(resource.properties, "", undefined);
  return found;
});

function runsContainers(value: Mapping): boolean {
  return ["containers", "initContainers", "ephemeralContainers"].some(
    (key) => isList(value[key]) || value[key] === UNKNOWN,
  );
}

/** The containers of a pod template, those that run before it and beside it included. */
export function containers(template: PodTemplate): Container[] {
  return ["containers", "initContainers", "ephemeralContainers"].flatMap((key) => {
    const list = template.spec[key];
    if (list === UNKNOWN) return [{ title: key, spec: UNKNOWN }];
    return elements(list).map((spec, index) => ({
      title: `${key === "containers" ? "container" : key.slice(0, -1)} "${text(at(spec, "name")) ?? index}"`,
      spec,
    }));
  });
}

/** Command and arguments of a container in one list. */
export function commandLine(container: Container): readonly Value[] {
  const words = [at(container.spec, "command"), at(container.spec, "args")];
  return words.flatMap((list) => (list === UNKNOWN ? [UNKNOWN] : [...elements(list)]));
}

/** A text that a container is started with, and where: a word of its command, or a literal variable. */
export interface StartWord {
  readonly where: string;
  readonly word: string;
}

/** All such texts of a resource. */
export function wordsOf(resource: Resource): StartWord[] {
  return podTemplates(resource)
    .flatMap(containers)
    .flatMap((container) => {
      const variables = elements(at(container.spec, "env")).map((entry) => at(entry, "value"));
      return [...commandLine(container), ...variables].flatMap((value) => {
        const word = text(value);
        return word === undefined ? [] : [{ where: `${resource.title}, ${container.title}`, word }];
      });
    });
}

/** An image reference, taken apart. */
export interface ImageReference {
  /** Registry and path without tag and digest. */
  readonly repository: string;
  /** Last part of the path: `jaeger`. */
  readonly basename: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/** Parses `[registry[:port]/]path[:tag][@digest]`. */
export function parseImage(image: string): ImageReference {
  const [named = "", digest] = image.split("@", 2);
  const slash = named.lastIndexOf("/");
  const colon = named.indexOf(":", slash + 1);
  const repository = colon < 0 ? named : named.slice(0, colon);
  return {
    repository,
    basename: repository.slice(slash + 1),
    tag: colon < 0 ? undefined : named.slice(colon + 1),
    digest,
  };
}
