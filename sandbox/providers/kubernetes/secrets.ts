import {
  asSecret,
  hasSecret,
  isMap,
  isPropertyMap,
  isSecret,
  type PlainMap,
  type PlainValue,
  type PropertyMap,
  type PropertyValue,
} from "../shared/propertyValues";

/**
 * Marks as secret in `plain` what is secret in `inputs`, and all data of a Secret. Where both have a map, the
 * marks stay below it, so that one secret field does not hide a whole Deployment; a list that holds a secret
 * becomes one as a whole, since its items may have changed their places.
 */
export function markSecrets(plain: PlainMap, inputs: PropertyMap): PropertyMap {
  const marked: PropertyMap = {};
  const isSecretObject = plain["kind"] === "Secret";
  for (const [name, value] of Object.entries(plain)) {
    marked[name] =
      isSecretObject && (name === "data" || name === "stringData")
        ? asSecret(value)
        : markValue(value, inputs[name]);
  }
  return marked;
}

function markValue(value: PlainValue, input: PropertyValue | undefined): PropertyValue {
  if (isMap(value)) {
    if (isSecret(input)) return asSecret(value);
    return markSecrets(value, isPropertyMap(input) ? input : {});
  }
  if (input !== undefined && hasSecret(input)) return asSecret(value);
  return Array.isArray(value) ? value.map((item) => markValue(item, undefined)) : value;
}
