import { isMap, withoutSecrets, type PropertyMap, type PropertyValue } from "../shared/propertyValues";
import type { CheckFailure } from "../shared/provider";

/** The provider's settings, with the vendor's defaults and environment variables. */
export interface ProviderSettings {
  /** Path or content; undefined: KUBECONFIG, else ~/.kube/config. */
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  readonly cluster: string | undefined;
  /** For objects that name none; undefined: that of the context, else `default`. */
  readonly namespace: string | undefined;
  readonly enableConfigMapMutable: boolean;
  readonly enableSecretMutable: boolean;
  /** Take fields from other owners instead of refusing. */
  readonly enablePatchForce: boolean;
  /** Let a create take over an object that exists. */
  readonly upsertExistingObjects: boolean;
  readonly deleteUnreachable: boolean;
  readonly skipUpdateUnreachable: boolean;
}

/** Settings of the vendor's plugin that the stand-in refuses when they are set, and why. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  [
    "renderYamlToDirectory",
    "rendering manifests instead of applying them is not part of the sandbox's stand-in",
  ],
  ["alwaysRender", "rendering manifests instead of applying them is not part of the sandbox's stand-in"],
  ["helmReleaseSettings", "the sandbox's stand-in has no Helm"],
]);

/** What is wrong with a provider's settings; empty when they can be used. */
export function settingsFailures(config: PropertyMap): CheckFailure[] {
  const failures: CheckFailure[] = [];
  for (const [property, reason] of REFUSED) {
    if (isSet(config[property])) failures.push({ property, reason: `${property} cannot be used: ${reason}` });
  }
  if (isFalse(config["enableServerSideApply"])) {
    failures.push({
      property: "enableServerSideApply",
      reason: "enableServerSideApply is false, but the sandbox's stand-in only knows server-side apply",
    });
  }
  return failures;
}

/** Reads the settings; a setting that is absent is looked for in the vendor's environment variables. */
export function providerSettings(config: PropertyMap, environment: NodeJS.ProcessEnv): ProviderSettings {
  const flag = (name: string, variable?: string): boolean => {
    const value = config[name] ?? (variable === undefined ? undefined : environment[variable]);
    return value === true || value === "true";
  };
  return {
    kubeconfig: textOf(config["kubeconfig"]),
    context: textOf(config["context"]),
    cluster: textOf(config["cluster"]),
    namespace: textOf(config["namespace"]),
    enableConfigMapMutable: flag("enableConfigMapMutable", "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE"),
    enableSecretMutable: flag("enableSecretMutable", "PULUMI_K8S_ENABLE_SECRET_MUTABLE"),
    enablePatchForce: flag("enablePatchForce", "PULUMI_K8S_ENABLE_PATCH_FORCE"),
    upsertExistingObjects: flag("upsertExistingObjects", "PULUMI_K8S_UPSERT_EXISTING_OBJECTS"),
    deleteUnreachable: flag("deleteUnreachable", "PULUMI_K8S_DELETE_UNREACHABLE"),
    skipUpdateUnreachable: flag("skipUpdateUnreachable", "PULUMI_K8S_SKIP_UPDATE_UNREACHABLE"),
  };
}

function textOf(value: PropertyValue | undefined): string | undefined {
  const plain = value === undefined ? undefined : withoutSecrets(value);
  if (typeof plain === "string") return plain === "" ? undefined : plain;
  // A kubeconfig may also be given as a map.
  return isMap(plain) ? JSON.stringify(plain) : undefined;
}

function isSet(value: PropertyValue | undefined): boolean {
  return value !== undefined && value !== null && value !== "" && !isFalse(value);
}

function isFalse(value: PropertyValue | undefined): boolean {
  return value === false || value === "false";
}
