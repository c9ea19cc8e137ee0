import type { PlainMap } from "../shared/propertyValues";
import type { ApiClient } from "./apiClient";
import { isNotFound } from "./apiErrors";
import { apiVersionOf, type GroupVersionKind } from "./kinds";
import { at, mapsAt, textAt } from "./objects";

/** How the API server serves a kind. */
export interface ServedKind {
  readonly kind: GroupVersionKind;
  /** Such as `deployments`. */
  readonly plural: string;
  readonly isNamespaced: boolean;
}

/** How long "there is no such kind" is believed; a CRD may come at any moment. */
const ABSENCE_MILLISECONDS = 1_000;

type Group = ReadonlyMap<string, ServedKind>;

/** Which kinds the API server serves, asked once for each group and version. */
export class Discovery {
  readonly #client: ApiClient;
  readonly #groups = new Map<string, { readonly asked: Promise<Group>; readonly at: number }>();
  readonly #planned = new Map<string, boolean>();

  constructor(client: ApiClient) {
    this.#client = client;
  }

  /** How a kind is served, or undefined when the server does not have it. */
  async find(kind: GroupVersionKind): Promise<ServedKind | undefined> {
    const apiVersion = apiVersionOf(kind);
    const served = (await this.#group(apiVersion)).get(kind.kind);
    if (served !== undefined || !this.#isOld(apiVersion)) return served;
    this.#groups.delete(apiVersion);
    return (await this.#group(apiVersion)).get(kind.kind);
  }

  /** Remembers the kind of a CRD that the program will create, so that a preview knows its scope. */
  plan(customResourceDefinition: PlainMap): void {
    const group = textAt(customResourceDefinition, "spec", "group");
    const kind = textAt(customResourceDefinition, "spec", "names", "kind");
    this.#planned.set(`${group}/${kind}`, textAt(customResourceDefinition, "spec", "scope") !== "Cluster");
  }

  /** The scope of a kind whose CRD the program will create; undefined for others. */
  plannedIsNamespaced({ group, kind }: GroupVersionKind): boolean | undefined {
    return this.#planned.get(`${group}/${kind}`);
  }

  /** Forgets what was asked about a group, after a CRD of it has changed. */
  forget(group: string): void {
    for (const apiVersion of this.#groups.keys()) {
      if (apiVersion.startsWith(`${group}/`)) this.#groups.delete(apiVersion);
    }
  }

  #isOld(apiVersion: string): boolean {
    const known = this.#groups.get(apiVersion);
    return known !== undefined && Date.now() - known.at > ABSENCE_MILLISECONDS;
  }

  #group(apiVersion: string): Promise<Group> {
    const known = this.#groups.get(apiVersion);
    if (known !== undefined) return known.asked;
    const asked = this.#ask(apiVersion);
    this.#groups.set(apiVersion, { asked, at: Date.now() });
    // A failed question is asked again.
    asked.catch(() => this.#groups.delete(apiVersion));
    return asked;
  }

  async #ask(apiVersion: string): Promise<Group> {
    const path = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    let list: PlainMap;
    try {
      list = await this.#client.request({ method: "GET", path });
    } catch (error) {
      if (isNotFound(error)) return new Map();
      throw error;
    }
    const [first = "", second] = apiVersion.split("/");
    const group = second === undefined ? "" : first;
    const served = mapsAt(list, "resources")
      // What holds a slash is a subresource, such as pods/log.
      .filter((resource) => !textAt(resource, "name").includes("/"))
      .map((resource): [string, ServedKind] => {
        const kind = textAt(resource, "kind");
        return [
          kind,
          {
            kind: { group, version: second ?? first, kind },
            plural: textAt(resource, "name"),
            isNamespaced: at(resource, "namespaced") === true,
          },
        ];
      });
    return new Map(served);
  }
}

/** Built-in kinds without a namespace, for when no server can be asked. */
const CLUSTER_SCOPED = new Set([
  "APIService",
  "CSIDriver",
  "CSINode",
  "ClusterRole",
  "ClusterRoleBinding",
  "CustomResourceDefinition",
  "IngressClass",
  "MutatingWebhookConfiguration",
  "Namespace",
  "Node",
  "PersistentVolume",
  "PriorityClass",
  "RuntimeClass",
  "StorageClass",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
  "ValidatingWebhookConfiguration",
  "VolumeAttachment",
]);

/** Whether a kind has a namespace, as far as that is known without a server. */
export function isNamespacedByName({ kind }: GroupVersionKind): boolean {
  return !CLUSTER_SCOPED.has(kind);
}
