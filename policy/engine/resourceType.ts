/** The type token of a resource, taken apart. */
export interface ResourceType {
  /** The whole token, for example `kubernetes:apps/v1:DeploymentPatch`. */
  readonly token: string;
  /** The package: `kubernetes`, `random`, `pulumi`. */
  readonly package: string;
  /** Whether the package is `kubernetes`. */
  readonly kubernetes: boolean;
  /** API group; the core group is `""`, whether the token says `core/v1` (typed) or `v1` (CustomResource). */
  readonly group: string;
  /** API version, for example `v1`. */
  readonly version: string;
  /** Kind without the suffix `Patch`. */
  readonly kind: string;
  /** Whether the resource patches an object that something else owns. */
  readonly patch: boolean;
}

/**
 * Parses a type token.
 *
 * Rules match on this rather than on classes of an SDK: `validateResourceOfType` passes over Patch kinds, other API
 * versions and CustomResources without a word.
 */
export function parseResourceType(token: string): ResourceType {
  const [pkg = "", module = "", name = ""] = token.split(":");
  const slash = module.lastIndexOf("/");
  const group = slash < 0 ? "" : module.slice(0, slash);
  const patch = name.length > "Patch".length && name.endsWith("Patch");
  return {
    token,
    package: pkg,
    kubernetes: pkg === "kubernetes",
    group: group === "core" ? "" : group,
    version: slash < 0 ? module : module.slice(slash + 1),
    kind: patch ? name.slice(0, -"Patch".length) : name,
    patch,
  };
}
