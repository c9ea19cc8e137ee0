import { type EnvironmentAnswer, environmentOf } from "../environment";
import { parseResourceType, type ResourceType } from "./resourceType";
import { at, isMapping, type Mapping, snapshot, sourceOf, text, UNKNOWN, type Value } from "./snapshot";

/** What the engine hands to a policy about one resource, as far as the rules need it. */
export interface EngineResource {
  readonly type: string;
  readonly urn: string;
  readonly name: string;
  readonly props: object;
}

/** A resource as the rules see it: parsed type, environment, and a plain copy of its properties. */
export class Resource {
  static readonly #known = new WeakMap<object, Resource>();

  /** The resource that a policy is asked about; the same object for all policies of one request. */
  static of(source: EngineResource): Resource {
    const properties = sourceOf(source.props);
    const known = Resource.#known.get(properties);
    if (known?.urn === source.urn && known.type.token === source.type) return known;
    const resource = new Resource(source);
    Resource.#known.set(properties, resource);
    return resource;
  }

  readonly urn: string;
  /** Logical name in the program. */
  readonly name: string;
  readonly type: ResourceType;
  readonly environment: EnvironmentAnswer;
  #copy: Mapping | undefined;

  constructor(private readonly source: EngineResource) {
    this.urn = source.urn;
    this.name = source.name;
    this.type = parseResourceType(source.type);
    this.environment = environmentOf(source.urn);
  }

  /** The properties, copied on first use: most rules need no more of most resources than the type. */
  get properties(): Mapping {
    if (this.#copy === undefined) {
      const copy = snapshot(this.source.props);
      this.#copy = isMapping(copy) ? copy : {};
    }
    return this.#copy;
  }

  /** The value at a path of the properties. */
  at(...path: (string | number)[]): Value | undefined {
    return at(this.properties, ...path);
  }

  /** Whether this is one of these Kubernetes kinds, in any API version, as a whole object or as a Patch. */
  isKind(...kinds: string[]): boolean {
    return this.type.kubernetes && kinds.includes(this.type.kind);
  }

  /** Namespace of the object; `undefined` where it has none or where it is not known. */
  get namespace(): string | undefined {
    return text(this.at("metadata", "namespace"));
  }

  /** Name of the object in Kubernetes; `undefined` where it is not known. The logical name is no stand-in for it. */
  get objectName(): string | undefined {
    return text(this.at("metadata", "name"));
  }

  /** How messages call the object: kind, namespace and name. */
  get title(): string {
    if (!this.type.kubernetes) return `${this.type.token} "${this.name}"`;
    const known = this.at("metadata", "namespace") !== UNKNOWN;
    const prefix = known
      ? this.namespace === undefined
        ? ""
        : `${this.namespace}/`
      : "(unknown namespace)/";
    return `${this.type.kind}${this.type.patch ? "Patch" : ""} ${prefix}${this.objectName ?? this.name}`;
  }
}
