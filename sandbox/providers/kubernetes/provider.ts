import type { ResourceLog } from "../shared/engineLog";
import type { PropertyMap } from "../shared/propertyValues";
import type {
  CheckRequest,
  CheckResult,
  CreateRequest,
  DeleteRequest,
  DiffRequest,
  DiffResult,
  Provider,
  ReadRequest,
  ReadResult,
  UpdateRequest,
} from "../shared/provider";
import { configurationDiff, openSession } from "./configuration";
import { check } from "./operations/check";
import { create } from "./operations/create";
import { deleteObject } from "./operations/delete";
import { diff } from "./operations/diff";
import { read } from "./operations/read";
import { update } from "./operations/update";
import { createRelease, diffRelease, HELM_RELEASE } from "./helmRelease";
import type { Session } from "./session";
import { settingsFailures } from "./settings";

/** The stand-in for the plugin `kubernetes`. */
export class KubernetesProvider implements Provider {
  readonly #log: ResourceLog;
  readonly #cancellation = new AbortController();
  #session: Session | undefined;

  constructor(
    readonly version: string,
    log: ResourceLog,
  ) {
    this.#log = log;
  }

  checkConfig(news: PropertyMap): Promise<CheckResult> {
    return Promise.resolve({ inputs: news, failures: settingsFailures(news) });
  }

  diffConfig(olds: PropertyMap, news: PropertyMap): Promise<DiffResult> {
    return Promise.resolve(configurationDiff(olds, news));
  }

  async configure(config: PropertyMap): Promise<void> {
    this.#session = await openSession(config, this.#log, this.#cancellation.signal);
  }

  check(request: CheckRequest): Promise<CheckResult> {
    if (request.type === HELM_RELEASE) return Promise.resolve({ inputs: request.news, failures: [] });
    return check(this.#configured(), request);
  }

  diff(request: DiffRequest): Promise<DiffResult> {
    if (request.type === HELM_RELEASE) return Promise.resolve(diffRelease(request));
    return diff(this.#configured(), request);
  }

  async create(request: CreateRequest): Promise<{ id: string; state: PropertyMap }> {
    if (request.type === HELM_RELEASE) return createRelease(this.#configured(), request);
    return create(this.#configured(), request);
  }

  read(request: ReadRequest): Promise<ReadResult | undefined> {
    return read(this.#configured(), request);
  }

  update(request: UpdateRequest): Promise<PropertyMap> {
    return update(this.#configured(), request);
  }

  delete(request: DeleteRequest): Promise<void> {
    return deleteObject(this.#configured(), request);
  }

  invoke(token: string): Promise<PropertyMap> {
    return Promise.reject(
      new Error(
        `${token} is not part of the sandbox's stand-in for the plugin kubernetes: it has no functions (YAML, Helm, kustomize).`,
      ),
    );
  }

  cancel(): void {
    this.#cancellation.abort();
  }

  #configured(): Session {
    if (this.#session === undefined)
      throw new Error("The provider was asked for an operation before it was configured.");
    return this.#session;
  }
}
