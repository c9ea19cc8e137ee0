import { createHash, randomBytes } from "node:crypto";
import { isMap, UNKNOWN, type PlainMap } from "../shared/propertyValues";
import type { Autonaming } from "../shared/provider";
import { annotationOf, metadataOf, nameOf } from "./objects";

/** Marks an object whose name was made and not chosen, so that its replacement may have another one. */
export const AUTONAMED = "pulumi.com/autonamed";

/** How many hexadecimal digits a made name ends in. */
const SUFFIX_DIGITS = 8;

/** What names are made from. */
export interface NamingInputs {
  /** What the program calls the resource. */
  readonly logicalName: string;
  readonly randomSeed: Uint8Array;
  readonly autonaming: Autonaming | undefined;
}

/**
 * Gives an object without a name the one of its stored inputs when that was made before, else a new one.
 * Changes the object.
 *
 * @throws Error when the object has no name and the stack's settings forbid made ones, or when it asks the
 * API server for a name.
 */
export function assignName(object: PlainMap, stored: PlainMap | undefined, inputs: NamingInputs): void {
  const metadata = metadataOf(object);
  if (metadata["name"] === UNKNOWN || nameOf(object) !== "") return;
  if (metadata["generateName"] !== undefined) {
    throw new Error(
      "metadata.generateName cannot be used with server-side apply. Leave it out, and a name is made from the resource's own.",
    );
  }
  const storedName = stored !== undefined && isAutonamed(stored) ? nameOf(stored) : "";
  metadata["name"] = storedName === "" ? madeName(inputs) : storedName;
  const annotations = metadata["annotations"];
  // Nothing can be added to annotations that a preview does not know yet.
  if (annotations !== UNKNOWN) {
    metadata["annotations"] = { ...(isMap(annotations) ? annotations : {}), [AUTONAMED]: "true" };
  }
}

/** True when the object's name was made. */
export function isAutonamed(object: PlainMap): boolean {
  return annotationOf(object, AUTONAMED) === "true";
}

function madeName({ logicalName, randomSeed, autonaming }: NamingInputs): string {
  if (autonaming?.mode === "disable") {
    throw new Error(
      "metadata.name is not set, and the stack's settings forbid made names (pulumi:autonaming).",
    );
  }
  if (autonaming !== undefined && autonaming.proposedName !== "") return autonaming.proposedName;
  // From the engine's seed, so that a preview and the update after it can agree.
  const seed = randomSeed.length > 0 ? randomSeed : randomBytes(SUFFIX_DIGITS);
  const digest = createHash("sha256").update(seed).update(logicalName).digest("hex");
  return `${logicalName}-${digest.slice(0, SUFFIX_DIGITS)}`;
}
