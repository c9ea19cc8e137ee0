import { refusal } from "../components/refusal";
import type { Settings } from "./load";

/** Settings that this version of the program can deploy. */
export type BuiltSettings = Settings & { readonly storage: { readonly type: "memory" } };

/**
 * The settings, if the program can deploy them. Called before anything is registered, so that a stack which is only
 * half built never gets half of its objects. Throws RunError.
 */
export function requireBuilt(settings: Settings): BuiltSettings {
  const { environment, storage } = settings;
  if (storage.type === "memory") return { ...settings, storage };
  throw refusal(
    `storage ${storage.type} is not built into this version of the program: ${environment} cannot be deployed yet, and nothing was changed. The settings in Pulumi.${environment}.yaml are valid. Use the stack dev ("pulumi stack select dev")`,
  );
}
