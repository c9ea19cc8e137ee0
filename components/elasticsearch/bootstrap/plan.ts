import type { LifecyclePolicy } from "../lifecyclePolicy";
import type { Role } from "../role";
import type { SpanTemplate } from "../spanMapping";

/** Who somebody is to Elasticsearch; the password is in a file. */
export interface Login {
  readonly username: string;
  readonly passwordFile: string;
}

/** A document and the name that it goes by. */
export interface NamedDocument<Body = unknown> {
  readonly name: string;
  readonly body: Body;
}

/** Rollover under a lifecycle policy. */
export interface LifecyclePlan {
  /** Name of the policy. */
  readonly policy: string;
  /** File with its document, a `LifecyclePolicy`. */
  readonly policyFile: string;
  /** What the names of indices and aliases begin with, one for each kind: `nova-jaeger-span`. */
  readonly families: readonly string[];
  /** Primary shards of the next indices. */
  readonly shards: number;
  /** Further copies of each shard of the next indices. */
  readonly copies: number;
  /** Release of Jaeger whose mappings the templates have to have. */
  readonly jaegerVersion: string;
  /** File that is made where `es-rollover init` has to run. */
  readonly initMarker: string;
}

/** What the bootstrap's program is told: a JSON document in its ConfigMap. */
export interface Plan {
  /** `https://host:9200` */
  readonly url: string;
  /** Seconds that Elasticsearch gets until it answers and has all its data. */
  readonly waitSeconds: number;
  /** Milliseconds between two questions. */
  readonly pauseMilliseconds: number;
  /** Who does all of it. */
  readonly administrator: Login;
  /** Who Jaeger will be. */
  readonly jaeger: Login;
  /** Users of older passwords that nobody needs any more. */
  readonly retiredUsers: readonly string[];
  /** Role that Jaeger's user gets; without it neither role nor user is touched. */
  readonly role?: NamedDocument<Role>;
  /** Of the spans' indices, above Jaeger's own. */
  readonly spanTemplate: NamedDocument<SpanTemplate>;
  /** Without it indices are dated, and Jaeger makes them. */
  readonly lifecycle?: LifecyclePlan;
  readonly snapshots?: { readonly repository: NamedDocument; readonly policy: NamedDocument };
}

export type { LifecyclePolicy };
