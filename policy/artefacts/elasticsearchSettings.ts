import { type Resource } from "../engine/resource";
import { at, elements, entries, isMapping, type Mapping, text, type Value } from "../engine/snapshot";
import { embeddedDocuments } from "./document";
import { commandLine, containers, podTemplates } from "./podTemplate";

/** A setting of a node of Elasticsearch. */
export interface NodeSetting {
  /** Where it stands, for messages. */
  readonly place: string;
  /** Full name: `xpack.security.http.ssl.enabled`. */
  readonly name: string;
  readonly value: Value;
}

/**
 * The settings of Elasticsearch's nodes that a resource holds: in a ConfigMap (elasticsearch.yml), in the resource of
 * the operator (ECK), in variables and arguments of containers. Elasticsearch takes them from all of these.
 *
 * What has no prefix of a setting that a rule judges is left out.
 */
export function nodeSettings(resource: Resource): NodeSetting[] {
  if (resource.isKind("ConfigMap")) {
    return embeddedDocuments(resource).flatMap(({ place, content }) =>
      "mapping" in content ? judged(flat(content.mapping, "", place)) : [],
    );
  }
  const ofOperator = resource.isKind("Elasticsearch")
    ? elements(resource.at("spec", "nodeSets")).flatMap((nodeSet, index) => {
        const config = at(nodeSet, "config");
        return isMapping(config) ? flat(config, "", `spec.nodeSets[${index}].config`) : [];
      })
    : [];
  return judged([...ofOperator, ...containerSettings(resource)]);
}

const prefixes = /^(xpack\.security|indices\.lifecycle|slm)\./;

function judged(settings: readonly NodeSetting[]): NodeSetting[] {
  return settings.filter(({ name }) => prefixes.test(name));
}

// A name may be written in one piece, in steps, or partly so.
function flat(mapping: Mapping, prefix: string, place: string): NodeSetting[] {
  return entries(mapping).flatMap(([key, value]) => {
    const name = prefix === "" ? key : `${prefix}.${key}`;
    return isMapping(value) ? flat(value, name, place) : [{ place, name, value }];
  });
}

function containerSettings(resource: Resource): NodeSetting[] {
  return podTemplates(resource)
    .flatMap(containers)
    .flatMap((container) => {
      const variables = elements(at(container.spec, "env")).map((entry) => ({
        place: container.title,
        name: settingOfVariable(text(at(entry, "name")) ?? ""),
        value: at(entry, "value") ?? null,
      }));
      const flags = commandLine(container).flatMap((word) => {
        const [, name, value] = /^-E([^=]+)=(.*)$/s.exec(text(word) ?? "") ?? [];
        return name === undefined ? [] : [{ place: container.title, name, value: value ?? "" }];
      });
      return [...variables, ...flags];
    });
}

// The image takes `xpack.security.enabled` as it is, and ES_SETTING_XPACK_SECURITY_ENABLED for the same.
function settingOfVariable(name: string): string {
  const [, rest] = /^ES_SETTING_(.+)$/.exec(name) ?? [];
  if (rest === undefined) return name;
  return rest
    .split("__")
    .map((part) => part.replaceAll("_", "."))
    .join("_")
    .toLowerCase();
}
