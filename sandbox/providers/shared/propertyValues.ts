import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import * as structProto from "google-protobuf/google/protobuf/struct_pb";

const SECRET = Symbol("secret");

/** A value that the engine encrypts in the state and hides on the screen. */
export interface Secret {
  readonly [SECRET]: PropertyValue;
}

/** Stands in the place of a value that a preview cannot know yet. */
export const UNKNOWN: unique symbol = Symbol("unknown");

/** The type of `UNKNOWN`. */
export type Unknown = typeof UNKNOWN;

/** What the engine sends for one property: JSON plus the marks secret and unknown. */
export type PropertyValue =
  null | boolean | number | string | Secret | Unknown | PropertyValue[] | PropertyMap;

/** Properties by name. */
export interface PropertyMap {
  [name: string]: PropertyValue;
}

/** JSON without marks. Unknown values stay, since a null in their place would be sent to an API. */
export type PlainValue = null | boolean | number | string | Unknown | PlainValue[] | PlainMap;

/** Plain values by name. */
export interface PlainMap {
  [name: string]: PlainValue;
}

// The engine's wire format marks special objects by this key and one of these signatures.
const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT_SIGNATURE = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const RESOURCE_SIGNATURE = "5cf8f73096256a8f31e491e813e4eb8e";
const ASSET_SIGNATURES = new Set(["c44067f5952c0a294b673a41bacd8c17", "0def7320c3a5731c473e5ecbe6d01bc7"]);
/** Unknown boolean, number, string, array, object, asset and archive. */
const UNKNOWN_MARKS = new Set([
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);
const UNKNOWN_STRING = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/**
 * Reads properties as the engine sends them.
 *
 * @throws Error for a file asset or archive, which no resource of the stand-ins takes.
 */
export function decodeProperties(struct: structProto.Struct | undefined): PropertyMap {
  return struct === undefined ? {} : decodeMap(struct.toJavaScript());
}

/** Writes properties as the engine reads them; `undefined` members are left out. */
export function encodeProperties(properties: PropertyMap): structProto.Struct {
  return structProto.Struct.fromJavaScript(encodeMap(properties));
}

function decodeMap(map: Record<string, JavaScriptValue>): PropertyMap {
  const decoded: PropertyMap = {};
  for (const [name, value] of Object.entries(map)) decoded[name] = decode(value);
  return decoded;
}

function decode(value: JavaScriptValue): PropertyValue {
  if (typeof value === "string") return UNKNOWN_MARKS.has(value) ? UNKNOWN : value;
  if (Array.isArray(value)) return value.map(decode);
  if (value === null || typeof value !== "object") return value;
  const map = value as Record<string, JavaScriptValue>;
  const signature = map[SIGNATURE_KEY];
  if (signature === undefined) return decodeMap(map);
  if (signature === SECRET_SIGNATURE) return asSecret(decode(map["value"] ?? null));
  if (signature === OUTPUT_SIGNATURE) {
    const inner = "value" in map ? decode(map["value"] ?? null) : UNKNOWN;
    return map["secret"] === true ? asSecret(inner) : inner;
  }
  if (signature === RESOURCE_SIGNATURE) return decode(map["id"] ?? map["urn"] ?? null);
  if (typeof signature === "string" && ASSET_SIGNATURES.has(signature)) {
    throw new Error("A file asset or archive was given, but no resource of this provider takes one.");
  }
  return decodeMap(map);
}

function encodeMap(map: PropertyMap): Record<string, JavaScriptValue> {
  const encoded: Record<string, JavaScriptValue> = {};
  for (const [name, value] of Object.entries(map) as [string, PropertyValue | undefined][]) {
    if (value !== undefined) encoded[name] = encode(value);
  }
  return encoded;
}

function encode(value: PropertyValue): JavaScriptValue {
  if (isSecret(value)) return { [SIGNATURE_KEY]: SECRET_SIGNATURE, value: encode(value[SECRET]) };
  if (value === UNKNOWN) return UNKNOWN_STRING;
  if (Array.isArray(value)) return value.map(encode);
  if (value !== null && typeof value === "object") return encodeMap(value);
  return value;
}

/** The value as a secret; a secret stays as it is. */
export function asSecret(value: PropertyValue): Secret {
  return isSecret(value) ? value : { [SECRET]: value };
}

/** True for a secret. */
export function isSecret(value: unknown): value is Secret {
  return typeof value === "object" && value !== null && SECRET in value;
}

/** True for a JSON object, as opposed to a list, a mark or a scalar. */
export function isMap(value: unknown): value is PlainMap {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isSecret(value);
}

/** As `isMap`, for a value whose members may be secret. */
export function isPropertyMap(value: PropertyValue | undefined): value is PropertyMap {
  return isMap(value);
}

/** The same value without secret marks (unknown marks stay). A deep copy. */
export function withoutSecrets(value: PropertyMap): PlainMap;
export function withoutSecrets(value: PropertyValue): PlainValue;
export function withoutSecrets(value: PropertyValue): PlainValue {
  if (isSecret(value)) return withoutSecrets(value[SECRET]);
  if (value === UNKNOWN) return value;
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item));
  if (value !== null && typeof value === "object") {
    const plain: PlainMap = {};
    for (const [name, member] of Object.entries(value)) plain[name] = withoutSecrets(member);
    return plain;
  }
  return value;
}

/** True when the value is, or holds at any depth, an unknown one. */
export function hasUnknown(value: PropertyValue): boolean {
  if (value === UNKNOWN) return true;
  if (isSecret(value)) return hasUnknown(value[SECRET]);
  if (Array.isArray(value)) return value.some(hasUnknown);
  return value !== null && typeof value === "object" && Object.values(value).some(hasUnknown);
}

/** True when the value is, or holds at any depth, a secret. */
export function hasSecret(value: PropertyValue): boolean {
  if (isSecret(value)) return true;
  if (value === UNKNOWN) return false;
  if (Array.isArray(value)) return value.some(hasSecret);
  return value !== null && typeof value === "object" && Object.values(value).some(hasSecret);
}

/** A copy of a map without some of its members. */
export function without<Value>(
  map: Readonly<Record<string, Value>>,
  names: readonly string[],
): Record<string, Value> {
  return Object.fromEntries(Object.entries(map).filter(([name]) => !names.includes(name)));
}
