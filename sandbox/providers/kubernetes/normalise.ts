import { isMap, UNKNOWN, without, type PlainMap, type PlainValue } from "../shared/propertyValues";
import { kindOfObject } from "./kinds";

/** Fields that the API server sets, and that mean nothing in a program's inputs. */
const READ_ONLY_METADATA = [
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "selfLink",
  "uid",
];

/** Annotations that controllers and kubectl write. */
const SERVER_ANNOTATIONS = [
  "deployment.kubernetes.io/revision",
  "kubectl.kubernetes.io/last-applied-configuration",
];

/** Maps whose values are quantities, such as `resources.limits`. */
const QUANTITY_MAPS = new Set([
  "limits",
  "requests",
  "hard",
  "capacity",
  "podFixed",
  "default",
  "defaultRequest",
  "max",
  "min",
]);

/** Single fields that are quantities. */
const QUANTITY_FIELDS = new Set(["sizeLimit", "divisor", "averageValue"]);

/** Schema extensions of a CRD, as the SDK's types spell them and as the API does. */
const SPELLINGS: readonly (readonly [sdk: string, api: string])[] = [
  "embedded_resource",
  "int_or_string",
  "list_map_keys",
  "list_type",
  "map_type",
  "preserve_unknown_fields",
  "validations",
].map((name) => [`x_kubernetes_${name}`, `x-kubernetes-${name.replaceAll("_", "-")}`]);

const TO_API = new Map(SPELLINGS);
const TO_SDK = new Map(SPELLINGS.map(([sdk, api]) => [api, sdk] as const));

/** The object as the API spells it. A copy. */
export function toApiSpelling(object: PlainMap): PlainMap {
  return renamed(object, TO_API) as PlainMap;
}

/** The object as the SDK's types spell it. A copy. */
export function toSdkSpelling(object: PlainMap): PlainMap {
  return renamed(object, TO_SDK) as PlainMap;
}

function renamed(value: PlainValue, names: ReadonlyMap<string, string>): PlainValue {
  if (Array.isArray(value)) return value.map((item) => renamed(item, names));
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [names.get(name) ?? name, renamed(member, names)]),
  );
}

/**
 * The form in which two objects that mean the same are equal: without read-only metadata, a Secret's
 * `stringData` as `data`, and quantities of built-in kinds in one unit. A copy; only for comparing.
 */
export function normalised(object: PlainMap): PlainMap {
  const copy = structuredCloneOf(object);
  if (isMap(copy["metadata"])) copy["metadata"] = without(copy["metadata"], READ_ONLY_METADATA);
  const { group, kind } = kindOfObject(copy);
  if (group === "" && kind === "Secret") normaliseSecret(copy);
  if (kind === "CustomResourceDefinition") delete copy["status"];
  // A group of a custom resource has a domain name of its own; what `limits` means there is not known.
  const isBuiltIn = !group.includes(".") || group.endsWith(".k8s.io");
  return isBuiltIn ? (withCanonicalQuantities(copy) as PlainMap) : copy;
}

/** Drops read-only metadata and status: what is left could be a program's inputs. */
export function withoutServerFields(live: PlainMap): PlainMap {
  const copy = without(live, ["status"]);
  if (!isMap(copy["metadata"])) return copy;
  const { annotations, ...metadata } = without(copy["metadata"], READ_ONLY_METADATA);
  const kept = isMap(annotations) ? without(annotations, SERVER_ANNOTATIONS) : {};
  const hasAnnotations = Object.keys(kept).length > 0;
  return { ...copy, metadata: { ...metadata, ...(hasAnnotations ? { annotations: kept } : {}) } };
}

/** A deep copy that keeps unknown marks, which `structuredClone` would not. */
export function structuredCloneOf(object: PlainMap): PlainMap {
  return renamed(object, new Map()) as PlainMap;
}

function normaliseSecret(secret: PlainMap): void {
  const { data, stringData } = secret;
  if (data === UNKNOWN || stringData === UNKNOWN) {
    delete secret["stringData"];
    secret["data"] = UNKNOWN;
    return;
  }
  const all: PlainMap = {};
  for (const [name, value] of Object.entries(isMap(data) ? data : {})) {
    // Decoded and encoded again: line breaks in base64 mean nothing.
    all[name] = typeof value === "string" ? Buffer.from(value, "base64").toString("base64") : value;
  }
  for (const [name, value] of Object.entries(isMap(stringData) ? stringData : {})) {
    all[name] = typeof value === "string" ? Buffer.from(value, "utf8").toString("base64") : value;
  }
  delete secret["stringData"];
  if (Object.keys(all).length > 0) secret["data"] = all;
}

function withCanonicalQuantities(value: PlainValue): PlainValue {
  if (Array.isArray(value)) return value.map(withCanonicalQuantities);
  if (!isMap(value)) return value;
  const result: PlainMap = {};
  for (const [name, member] of Object.entries(value)) {
    if (QUANTITY_FIELDS.has(name)) result[name] = canonicalQuantity(member);
    else if (QUANTITY_MAPS.has(name) && isMap(member)) {
      result[name] = Object.fromEntries(
        Object.entries(member).map(([key, quantity]) => [
          key,
          isMap(quantity) ? withCanonicalQuantities(quantity) : canonicalQuantity(quantity),
        ]),
      );
    } else result[name] = withCanonicalQuantities(member);
  }
  return result;
}

/** Thousandths of one, by suffix. Thousandths, since `m` is the smallest unit in use. */
const MULTIPLIERS: ReadonlyMap<string, bigint> = new Map([
  ["m", 1n],
  ["", 1000n],
  ["k", 10n ** 6n],
  ["M", 10n ** 9n],
  ["G", 10n ** 12n],
  ["T", 10n ** 15n],
  ["P", 10n ** 18n],
  ["E", 10n ** 21n],
  ["Ki", 1000n * 2n ** 10n],
  ["Mi", 1000n * 2n ** 20n],
  ["Gi", 1000n * 2n ** 30n],
  ["Ti", 1000n * 2n ** 40n],
  ["Pi", 1000n * 2n ** 50n],
  ["Ei", 1000n * 2n ** 60n],
]);

/** A quantity such as `1024Mi`, `0.5` or 2 in thousandths, as text; anything else as it is. */
export function canonicalQuantity(value: PlainValue): PlainValue {
  const match = /^([+-]?\d+)(?:\.(\d{0,9}))?([a-zA-Z]{0,2})$/.exec(
    typeof value === "number" ? String(value) : typeof value === "string" ? value : "",
  );
  const multiplier = MULTIPLIERS.get(match?.[3] ?? "");
  if (match === null || multiplier === undefined) return value;
  const fraction = match[2] ?? "";
  const digits = BigInt(`${match[1] ?? "0"}${fraction}`);
  return `${String((digits * multiplier) / 10n ** BigInt(fraction.length))}m`;
}
