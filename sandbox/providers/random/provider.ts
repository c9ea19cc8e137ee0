import {
  hasSecret,
  isMap,
  withoutSecrets,
  asSecret,
  UNKNOWN,
  type PropertyMap,
  type PropertyValue,
} from "../shared/propertyValues";
import type {
  CheckRequest,
  CheckResult,
  CreateRequest,
  DiffRequest,
  DiffResult,
  PropertyChange,
  Provider,
  ReadRequest,
  ReadResult,
} from "../shared/provider";
import { RESOURCES, type RandomResource } from "./resources";

/**
 * The stand-in for the plugin `random`: values that are made once and kept in the state. A change of any
 * input, keepers among them, makes a new one.
 */
export class RandomProvider implements Provider {
  constructor(readonly version: string) {}

  checkConfig(news: PropertyMap): Promise<CheckResult> {
    return Promise.resolve({ inputs: news, failures: [] });
  }

  diffConfig(): Promise<DiffResult> {
    return Promise.resolve({ changes: new Map(), deleteBeforeReplace: false });
  }

  configure(): Promise<void> {
    return Promise.resolve();
  }

  async check({ type, news }: CheckRequest): Promise<CheckResult> {
    const failures = resourceOf(type).failures(withoutSecrets(news));
    return Promise.resolve({ inputs: news, failures });
  }

  async diff({ news, oldInputs }: DiffRequest): Promise<DiffResult> {
    const changes = new Map<string, PropertyChange>();
    for (const name of new Set([...Object.keys(oldInputs), ...Object.keys(news)])) {
      const before = oldInputs[name];
      const now = news[name];
      if (isSame(before, now)) continue;
      const kind = before === undefined ? "add" : now === undefined ? "delete" : "update";
      changes.set(name, { kind, replaces: true, inputDiff: true });
    }
    return Promise.resolve({ changes, deleteBeforeReplace: false });
  }

  async create({ type, inputs, preview }: CreateRequest): Promise<{ id: string; state: PropertyMap }> {
    const resource = resourceOf(type);
    const plain = withoutSecrets(inputs);
    const known = { ...resource.defaults(plain), ...inputs };
    if (preview) {
      const state: PropertyMap = { ...known };
      for (const name of resource.computed) state[name] = UNKNOWN;
      return Promise.resolve({ id: "", state });
    }
    const { id, outputs } = resource.make(plain);
    // A value whose inputs are secret may give them away.
    const marked = hasSecret(inputs)
      ? Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, asSecret(value)]))
      : outputs;
    return Promise.resolve({ id, state: { ...known, ...marked } });
  }

  read({ id, type, state, inputs }: ReadRequest): Promise<ReadResult> {
    if (Object.keys(state).length > 0) return Promise.resolve({ id, state, inputs });
    return Promise.reject(
      new Error(`${type} cannot be imported by the sandbox's stand-in for the plugin random.`),
    );
  }

  update({ type }: DiffRequest): Promise<PropertyMap> {
    return Promise.reject(new Error(`${type} is never changed in place: each change makes a new value.`));
  }

  /** Nothing exists outside the state. */
  delete(): Promise<void> {
    return Promise.resolve();
  }

  invoke(token: string): Promise<PropertyMap> {
    return Promise.reject(new Error(`${token}: the plugin random has no functions.`));
  }

  /** Nothing here waits. */
  cancel(): void {
    return;
  }
}

function resourceOf(token: string): RandomResource {
  const resource = RESOURCES.get(token);
  if (resource !== undefined) return resource;
  const known = [...RESOURCES.keys()].map((name) => name.replace(/^.*:/, "")).join(", ");
  throw new Error(
    `${token} is not part of the sandbox's stand-in for the plugin random, which has: ${known}.`,
  );
}

function isSame(a: PropertyValue | undefined, b: PropertyValue | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a === UNKNOWN || b === UNKNOWN) return false;
  return canonical(withoutSecrets(a)) === canonical(withoutSecrets(b));
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, member: unknown) =>
    isMap(member) ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1))) : member,
  );
}
