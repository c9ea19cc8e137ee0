import type { PlainMap } from "../shared/propertyValues";

/** Group, version and kind of a Kubernetes object; the core group is the empty string. */
export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/**
 * What a type token such as `kubernetes:apps/v1:Deployment` stands for. The SDK writes the core group as
 * `core`, and built-in groups below `k8s.io` or `x-k8s.io` in full.
 *
 * @throws Error for a token of another form.
 */
export function kindOfToken(token: string): GroupVersionKind {
  const match = /^kubernetes:([^:]+)\/([^:/]+):([^:/]+)$/.exec(token);
  if (match === null) {
    throw new Error(
      `${token} is no type of a Kubernetes object: expected kubernetes:<group>/<version>:<Kind>.`,
    );
  }
  const [, group = "", version = "", kind = ""] = match;
  return { group: group === "core" ? "" : group, version, kind };
}

/** The type token of a kind; the inverse of `kindOfToken`. */
export function tokenOfKind({ group, version, kind }: GroupVersionKind): string {
  return `kubernetes:${group === "" ? "core" : group}/${version}:${kind}`;
}

/** `v1` or `apps/v1`, as the field apiVersion holds it. */
export function apiVersionOf({ group, version }: GroupVersionKind): string {
  return group === "" ? version : `${group}/${version}`;
}

/** Group, version and kind of an object by its own fields; empty where it has none. */
export function kindOfObject(object: PlainMap): GroupVersionKind {
  const apiVersion = typeof object["apiVersion"] === "string" ? object["apiVersion"] : "";
  const slash = apiVersion.indexOf("/");
  return {
    group: slash < 0 ? "" : apiVersion.slice(0, slash),
    version: apiVersion.slice(slash + 1),
    kind: typeof object["kind"] === "string" ? object["kind"] : "",
  };
}

/**
 * Why a type cannot be made by itself, or undefined when it can: lists, patches, and the SDK's own types
 * that are more than one object.
 */
export function whyUnsupported(token: string, kind: GroupVersionKind): string | undefined {
  if (/^kubernetes:helm\.sh\//.test(token)) {
    return `${token} needs Helm, and the sandbox's stand-in has none. Write the objects out as single resources.`;
  }
  if (/^kubernetes:(yaml|kustomize)\//.test(token)) {
    return `${token} expands manifests, which the sandbox's stand-in does not. Write the objects out as single resources.`;
  }
  if (kind.kind.endsWith("List")) {
    return `${token} is a list: list types cannot be created. Create each object by its own type.`;
  }
  if (kind.kind.endsWith("Patch")) {
    return `${token} changes an object that something else owns, which the sandbox's stand-in does not do. Own the object, or install the vendor's plugin.`;
  }
  return undefined;
}
