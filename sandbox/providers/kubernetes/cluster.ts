import { without, type PlainMap, type PlainValue } from "../shared/propertyValues";
import type { ApiClient } from "./apiClient";
import { isNotFound } from "./apiErrors";
import type { Discovery, ServedKind } from "./discovery";
import { apiVersionOf, kindOfObject, type GroupVersionKind } from "./kinds";
import { mapsAt, nameOf, namespaceOf } from "./objects";

/** The API server does not have the kind: most often, a CRD is missing. */
export class KindNotServed extends Error {
  constructor(readonly kind: GroupVersionKind) {
    super(`no matches for kind "${kind.kind}" in version "${apiVersionOf(kind)}"`);
  }
}

/** Which object: its kind, and where it is. */
export interface ObjectReference {
  readonly kind: GroupVersionKind;
  /** Ignored for kinds without one. */
  readonly namespace: string;
  readonly name: string;
}

/** The reference of an object, by its own fields. */
export function referenceTo(object: PlainMap): ObjectReference {
  return { kind: kindOfObject(object), namespace: namespaceOf(object), name: nameOf(object) };
}

/** What to do to an object, and how. */
export interface WriteOptions {
  /** The name under which the API server records who owns the fields. */
  readonly fieldManager: string;
  /** Validate and answer, but store nothing. */
  readonly dryRun: boolean;
  /** Refuse fields that the kind does not have, in the place of dropping them. @default false, as the vendor's does */
  readonly strict?: boolean;
}

/** Objects on one API server. Every method rejects with KindNotServed, ApiError or Unreachable. */
export class Cluster {
  constructor(
    readonly client: ApiClient,
    readonly discovery: Discovery,
  ) {}

  /** The object, or undefined when it is not there. */
  async get(reference: ObjectReference): Promise<PlainMap | undefined> {
    try {
      return await this.client.request({ method: "GET", path: await this.#path(reference) });
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** The objects of a kind in a namespace that match a label selector, and a field selector if given. */
  async list(
    kind: GroupVersionKind,
    namespace: string,
    selectors: { readonly labels?: string; readonly fields?: string },
  ): Promise<PlainMap[]> {
    const query = {
      ...(selectors.labels === undefined ? {} : { labelSelector: selectors.labels }),
      ...(selectors.fields === undefined ? {} : { fieldSelector: selectors.fields }),
    };
    const path = await this.#path({ kind, namespace, name: "" });
    return mapsAt(await this.client.request({ method: "GET", path, query }), "items");
  }

  /** Creates an object; rejects when there is one already. */
  async create(object: PlainMap, options: WriteOptions): Promise<PlainMap> {
    const reference = { ...referenceTo(object), name: "" };
    const served = await this.#served(reference.kind);
    return this.client.request({
      method: "POST",
      path: pathOf(served, reference),
      query: writeQuery(options),
      body: withScope(object, served),
    });
  }

  /**
   * Server-side apply: sets the fields that the object has, drops those that this manager set before.
   *
   * @param force take fields from other managers instead of refusing.
   */
  async apply(object: PlainMap, options: WriteOptions & { readonly force: boolean }): Promise<PlainMap> {
    const reference = referenceTo(object);
    const served = await this.#served(reference.kind);
    return this.client.request({
      method: "PATCH",
      path: pathOf(served, reference),
      query: { ...writeQuery(options), force: String(options.force) },
      body: withScope(object, served),
      contentType: "application/apply-patch+yaml",
    });
  }

  /** Replaces the whole object. */
  async replace(object: PlainMap, options: WriteOptions): Promise<PlainMap> {
    const path = await this.#path(referenceTo(object));
    return this.client.request({ method: "PUT", path, query: writeQuery(options), body: object });
  }

  /** Changes an object by the operations of a JSON patch. */
  async patch(reference: ObjectReference, operations: PlainValue): Promise<PlainMap> {
    const path = await this.#path(reference);
    return this.client.request({
      method: "PATCH",
      path,
      body: operations,
      contentType: "application/json-patch+json",
    });
  }

  /** Asks for an object's deletion; false when it is not there. */
  async delete(reference: ObjectReference, propagationPolicy: string): Promise<boolean> {
    try {
      const path = await this.#path(reference);
      const body = { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy };
      await this.client.request({ method: "DELETE", path, body });
      return true;
    } catch (error) {
      if (isNotFound(error) || error instanceof KindNotServed) return false;
      throw error;
    }
  }

  /** True when the API server has the kind. */
  async serves(kind: GroupVersionKind): Promise<boolean> {
    return (await this.discovery.find(kind)) !== undefined;
  }

  async #served(kind: GroupVersionKind): Promise<ServedKind> {
    const served = await this.discovery.find(kind);
    if (served === undefined) throw new KindNotServed(kind);
    return served;
  }

  async #path(reference: ObjectReference): Promise<string> {
    return pathOf(await this.#served(reference.kind), reference);
  }
}

function pathOf(served: ServedKind, { namespace, name }: ObjectReference): string {
  const { group, version } = served.kind;
  const root = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  const scope = served.isNamespaced ? `/namespaces/${encodeURIComponent(namespace || "default")}` : "";
  const object = name === "" ? "" : `/${encodeURIComponent(name)}`;
  return `${root}${scope}/${served.plural}${object}`;
}

/** Without the namespace that was given to an object before its kind was known to have none. */
function withScope(object: PlainMap, served: ServedKind): PlainMap {
  if (served.isNamespaced || namespaceOf(object) === "") return object;
  return { ...object, metadata: without(object["metadata"] as PlainMap, ["namespace"]) };
}

function writeQuery({ fieldManager, dryRun, strict }: WriteOptions): Record<string, string> {
  return {
    fieldManager,
    ...(dryRun ? { dryRun: "All" } : {}),
    ...(strict === true ? { fieldValidation: "Strict" } : {}),
  };
}
