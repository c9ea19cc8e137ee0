import { type Resource } from "../engine/resource";
import { at, elements, show, text, Unknown, type Value } from "../engine/snapshot";
import { type Stack } from "../engine/stack";
import { configMapText } from "./document";
import { type Container, type PodTemplate } from "./podTemplate";

/** A file as a container sees it, or why it cannot be read here. */
export type MountedFile =
  { readonly source: string; readonly configMap: Resource } | { readonly problem: string };

/** The volume that a path of a container lies on. */
export interface MountedVolume {
  readonly volume: Value;
  /** Path within the volume. */
  readonly path: string;
}

/** The volume under a path, by the longest mount path; `undefined` where the path lies on none. */
export function mountedVolume(
  template: PodTemplate,
  container: Container,
  path: string,
): MountedVolume | undefined {
  const mounts = elements(at(container.spec, "volumeMounts"))
    .map((mount) => ({ mount, mountPath: (text(at(mount, "mountPath")) ?? "").replace(/\/+$/, "") }))
    .filter(({ mountPath }) => mountPath !== "" && (path === mountPath || path.startsWith(`${mountPath}/`)))
    .sort((a, b) => b.mountPath.length - a.mountPath.length);
  const [closest] = mounts;
  if (closest === undefined) return undefined;
  const volume = elements(template.spec.volumes).find(
    (candidate) => at(candidate, "name") === at(closest.mount, "name"),
  );
  if (volume === undefined) return undefined;
  const rest = path.slice(closest.mountPath.length + 1);
  const subPath = text(at(closest.mount, "subPath")) ?? "";
  return { volume, path: [subPath, rest].filter((part) => part !== "").join("/") };
}

/** Reads a file of a container: it must come from a ConfigMap of the same stack, or nobody could judge it. */
export function mountedFile(
  stack: Stack,
  owner: Resource,
  template: PodTemplate,
  container: Container,
  path: string,
): MountedFile {
  const mounted = mountedVolume(template, container, path);
  if (mounted === undefined) return { problem: `${path} lies on no volume of the pod` };
  const sources = [
    at(mounted.volume, "configMap"),
    ...elements(at(mounted.volume, "projected", "sources")).map((source) => at(source, "configMap")),
  ].filter((source) => source !== undefined && source !== null);
  const problems: string[] = [];
  for (const source of sources) {
    const file = fileOfSource(stack, owner, source, mounted.path);
    if ("source" in file) return file;
    problems.push(file.problem);
  }
  if (problems.length === 0)
    problems.push(`${path} comes from ${show(mounted.volume)}, which is no ConfigMap`);
  return { problem: problems.join("; ") };
}

function fileOfSource(stack: Stack, owner: Resource, source: Value | undefined, path: string): MountedFile {
  const name = at(source, "name");
  if (typeof name !== "string") return { problem: `the name of its ConfigMap is ${show(name)}` };
  const configMap = stack.find("ConfigMap", owner.namespace ?? "default", name);
  if (configMap === undefined) return { problem: `the ConfigMap ${name} is not in the stack` };
  const items = at(source, "items");
  let key: Value | undefined = path;
  if (items !== undefined && items !== null) {
    key = at(
      elements(items).find((item) => at(item, "path") === path),
      "key",
    );
  }
  const content = typeof key === "string" ? configMapText(configMap, key) : undefined;
  if (content instanceof Unknown) return { problem: `${configMap.title} is unknown during preview` };
  if (content === undefined) return { problem: `${configMap.title} has no file ${path}` };
  return { source: content, configMap };
}
