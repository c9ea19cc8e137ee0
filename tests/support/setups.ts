import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import main from "../../index";
import { environments } from "../../policy/limits";
import { withReadableSecret, type DeclaredObject } from "../../sandbox/stack/objects";
import { record } from "./mocks";
import { withoutMarks } from "./secretMarks";
import { shippedConfig } from "./stackFiles";
import { variantConfig, variants } from "./variants";

/** A stack as it is shipped, or set up otherwise. */
export interface Setup {
  /** `production with snapshots`. */
  readonly title: string;
  readonly config: ReturnType<typeof shippedConfig>;
}

/** Every stack, and each variant of one. */
export const setups: readonly Setup[] = [
  ...environments.map((stack) => ({ title: stack, config: shippedConfig(stack) })),
  ...variants.map(([stack, variant]) => ({
    title: `${stack} ${variant.what}`,
    config: variantConfig(stack, variant),
  })),
];

/** The objects of a stack as they would be applied. What a Helm chart of somebody else makes is not among them. */
export async function objectsOf({ config }: Setup): Promise<DeclaredObject[]> {
  const { resources } = await record(main, config);
  return resources
    .filter(({ type }) => type.startsWith("kubernetes:") && !type.startsWith("kubernetes:helm.sh/"))
    .map(({ inputs }) => withReadableSecret(withoutMarks(inputs) as DeclaredObject));
}

/** Kinds that run pods, of Kubernetes itself. */
export const workloadKinds = ["Deployment", "StatefulSet", "Job", "CronJob"];

/** `Deployment/observability/jaeger-query`. */
export function nameOf({ kind, metadata }: DeclaredObject): string {
  return [kind, metadata.namespace, metadata.name].filter((part) => part !== undefined).join("/");
}

/** Writes objects to a file, as `kubectl apply` would take it. @returns its path */
export function manifestFile(folder: string, name: string, objects: readonly DeclaredObject[]): string {
  const file = join(folder, `${name.replaceAll(/\W+/g, "-")}.yaml`);
  const documents = objects.map((object) =>
    stringify(object, { lineWidth: 0, aliasDuplicateObjects: false }),
  );
  writeFileSync(file, documents.join("---\n"));
  return file;
}
