import { isMap, without, withoutSecrets, type PlainMap, type PropertyMap } from "../shared/propertyValues";
import { toApiSpelling, toSdkSpelling } from "./normalise";
import { textAt } from "./objects";
import { markSecrets } from "./secrets";

/** What the engine stores of an object, in the vendor's form, so that either plugin can take over a stack. */
export interface Checkpoint {
  /** The program's inputs at the last operation, as the API spells them. */
  readonly inputs: PlainMap;
  /** The object as the API server answered it. */
  readonly live: PlainMap;
  /** By which name the API server knows the owner of the inputs' fields. */
  readonly fieldManager: string;
}

const INPUTS = "__inputs";
const INITIAL_API_VERSION = "__initialApiVersion";
const FIELD_MANAGER = "__fieldManager";

/**
 * The state to store after an operation.
 *
 * @param marks the inputs as the engine sent them, with their secret marks.
 */
export function checkpointState(checkpoint: Checkpoint, marks: PropertyMap): PropertyMap {
  const { inputs, live, fieldManager } = checkpoint;
  return {
    ...markSecrets(toSdkSpelling(live), marks),
    [INPUTS]: markSecrets(toSdkSpelling(inputs), marks),
    [INITIAL_API_VERSION]: textAt(inputs, "apiVersion") || textAt(live, "apiVersion"),
    [FIELD_MANAGER]: fieldManager,
  };
}

/** Reads a stored state; all parts are empty for an empty one. */
export function parseCheckpoint(state: PropertyMap): Checkpoint {
  const plain = withoutSecrets(state);
  const inputs = plain[INPUTS];
  const manager = plain[FIELD_MANAGER];
  return {
    inputs: isMap(inputs) ? toApiSpelling(inputs) : {},
    live: toApiSpelling(without(plain, [INPUTS, INITIAL_API_VERSION, FIELD_MANAGER])),
    fieldManager: typeof manager === "string" ? manager : "",
  };
}

/**
 * The part of a live object that inputs speak of: their members at any depth, with the live values. Lists are
 * cut to the inputs' length.
 */
export function prunedTo(live: PlainMap, inputs: PlainMap): PlainMap {
  const pruned: PlainMap = {};
  for (const [name, input] of Object.entries(inputs)) {
    const value = live[name];
    if (value === undefined) continue;
    if (isMap(value) && isMap(input)) pruned[name] = prunedTo(value, input);
    else if (Array.isArray(value) && Array.isArray(input)) {
      pruned[name] = value.slice(0, input.length).map((item, index) => {
        const shape = input[index];
        return isMap(item) && isMap(shape) ? prunedTo(item, shape) : item;
      });
    } else pruned[name] = value;
  }
  return pruned;
}

/**
 * The inputs that a refresh finds: `prunedTo`, and a Secret's `stringData` as text again, which the API server
 * keeps as `data` alone.
 */
export function refreshedInputs(live: PlainMap, inputs: PlainMap): PlainMap {
  const pruned = prunedTo(live, inputs);
  const { stringData } = inputs;
  const data = live["data"];
  if (inputs["kind"] !== "Secret" || !isMap(stringData) || !isMap(data)) return pruned;
  const found: PlainMap = {};
  for (const name of Object.keys(stringData)) {
    const value = data[name];
    if (typeof value === "string") found[name] = Buffer.from(value, "base64").toString("utf8");
  }
  return { ...pruned, stringData: found };
}
