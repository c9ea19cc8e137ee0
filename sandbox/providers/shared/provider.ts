import type { PropertyMap } from "./propertyValues";

/** Which resource an operation is about. */
export interface ResourceIdentity {
  readonly urn: string;
  /** The type token, such as `kubernetes:core/v1:ConfigMap`. */
  readonly type: string;
  /** The logical name: what the program calls the resource. */
  readonly name: string;
}

/** What a check says is wrong; `property` is empty when it is about the whole. */
export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

/** Checked inputs with defaults filled in, or what is wrong with them. */
export interface CheckResult {
  readonly inputs: PropertyMap;
  readonly failures: readonly CheckFailure[];
}

/** How one property changes, and whether the resource has to be made anew for it. */
export interface PropertyChange {
  readonly kind: "add" | "delete" | "update";
  readonly replaces: boolean;
  /** True when the program's inputs differ, false when only the cluster's state does. */
  readonly inputDiff: boolean;
}

/** What an update would change; `changes` is keyed by property path. An empty one means none. */
export interface DiffResult {
  readonly changes: ReadonlyMap<string, PropertyChange>;
  readonly deleteBeforeReplace: boolean;
}

/** How the engine wants names to be made for a resource without one. */
export interface Autonaming {
  readonly mode: "propose" | "enforce" | "disable";
  readonly proposedName: string;
}

export interface CheckRequest extends ResourceIdentity {
  readonly olds: PropertyMap | undefined;
  readonly news: PropertyMap;
  readonly randomSeed: Uint8Array;
  readonly autonaming: Autonaming | undefined;
}

export interface DiffRequest extends ResourceIdentity {
  readonly id: string;
  /** The outputs of the last operation, as stored. */
  readonly state: PropertyMap;
  readonly oldInputs: PropertyMap;
  readonly news: PropertyMap;
  /** Property paths. */
  readonly ignoreChanges: readonly string[];
}

export interface CreateRequest extends ResourceIdentity {
  readonly inputs: PropertyMap;
  /** 0 when the program sets none. */
  readonly timeoutSeconds: number;
  readonly preview: boolean;
}

export interface UpdateRequest extends DiffRequest {
  readonly timeoutSeconds: number;
  readonly preview: boolean;
}

export interface ReadRequest extends ResourceIdentity {
  readonly id: string;
  /** Empty for an import. */
  readonly state: PropertyMap;
  /** Empty for an import. */
  readonly inputs: PropertyMap;
}

export interface DeleteRequest extends ResourceIdentity {
  readonly id: string;
  readonly state: PropertyMap;
  readonly timeoutSeconds: number;
}

/** A live resource and the inputs that would lead to it. `undefined` in its place: it is gone. */
export interface ReadResult {
  readonly id: string;
  readonly state: PropertyMap;
  readonly inputs: PropertyMap;
}

/**
 * What a stand-in does for the engine. Each method rejects with a message for the person at the screen; a
 * create or update whose object exists but did not get ready rejects with `InitializationFailed`.
 */
export interface Provider {
  readonly version: string;
  checkConfig(news: PropertyMap): Promise<CheckResult>;
  diffConfig(olds: PropertyMap, news: PropertyMap): Promise<DiffResult>;
  configure(config: PropertyMap): Promise<void>;
  check(request: CheckRequest): Promise<CheckResult>;
  diff(request: DiffRequest): Promise<DiffResult>;
  create(request: CreateRequest): Promise<{ id: string; state: PropertyMap }>;
  read(request: ReadRequest): Promise<ReadResult | undefined>;
  update(request: UpdateRequest): Promise<PropertyMap>;
  delete(request: DeleteRequest): Promise<void>;
  invoke(token: string, inputs: PropertyMap): Promise<PropertyMap>;
  /** Ends all waits; each rejects soon after. */
  cancel(): void;
}
