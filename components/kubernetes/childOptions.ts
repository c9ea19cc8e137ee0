import type * as pulumi from "@pulumi/pulumi";

/**
 * Options of a component's children. What the component depends on, each child depends on too: Pulumi does not pass
 * `dependsOn` down, and a child that is created before the namespace, or removed after it, fails.
 */
export function childOptions(
  parent: pulumi.ComponentResource,
  opts: pulumi.ComponentResourceOptions | undefined,
): pulumi.CustomResourceOptions {
  return { parent, ...(opts?.dependsOn === undefined ? {} : { dependsOn: opts.dependsOn }) };
}

/** `options` with more to depend on. */
export function after(
  options: pulumi.CustomResourceOptions,
  ...resources: pulumi.Resource[]
): pulumi.CustomResourceOptions {
  const before = options.dependsOn === undefined ? [] : [options.dependsOn].flat();
  return { ...options, dependsOn: [...(before as pulumi.Input<pulumi.Resource>[]), ...resources] };
}
