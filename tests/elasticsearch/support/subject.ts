import type { RetentionMechanism } from "../../../components/elasticsearch/retention";
import type { RealNode } from "./node";
import { refusedActions, type Login } from "./roles";

/** Whose privileges are tried, and where. */
export interface Subject {
  readonly node: RealNode;
  /** Where what asks about lifecycle management is sent: the stand-in for it. */
  readonly lifecycleUrl: string;
  /** Name of a snapshot repository. */
  readonly repository: string;
  readonly login: Login;
  readonly indexPrefix: string;
  readonly mechanism: RetentionMechanism;
}

/** What was tried (`query: search`), and what was wrong: undefined where it worked. */
export type Outcomes = Map<string, string | undefined>;

/** Keeps what came of something. */
export function setOutcome(outcomes: Outcomes, who: string, what: string, problem: string | undefined): void {
  outcomes.set(`${who}: ${what}`, problem);
}

/** The index that documents of a time are in, or the alias in its place. */
export function place(
  { indexPrefix, mechanism }: Subject,
  kind: "span" | "service" | "dependencies",
  ms: number,
  alias: "read" | "write",
): string {
  return `${indexPrefix}-jaeger-${kind}-${mechanism === "ilm" ? alias : new Date(ms).toISOString().slice(0, 10)}`;
}

/** What Elasticsearch refused, by a log or an answer. @param otherwise what to say where it refused nothing */
export function refusal(text: string, otherwise: string): string {
  return refusedActions(text).join(", ") || otherwise;
}
