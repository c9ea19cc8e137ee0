import type { PlainMap } from "../../shared/propertyValues";
import { mapsAt, textAt } from "../objects";

/** What one look at an object tells about its readiness. */
export interface Observation {
  readonly ready: boolean;
  /** One line about what it waits for, or that it is there. */
  readonly status: string;
  /** What stands in the way; shown when the wait fails. */
  readonly problems: readonly string[];
  /** True when no further waiting can help. */
  readonly hopeless?: boolean;
}

/** Not there yet. */
export function waiting(status: string, problems: readonly string[] = []): Observation {
  return { ready: false, status, problems };
}

/** There. */
export function ready(status: string): Observation {
  return { ready: true, status, problems: [] };
}

/** A condition of `status.conditions`, or undefined. */
export function conditionOf(object: PlainMap, type: string): PlainMap | undefined {
  return mapsAt(object, "status", "conditions").find((condition) => textAt(condition, "type") === type);
}

/** True when the object has the condition with status `True`. */
export function isConditionTrue(object: PlainMap, type: string): boolean {
  const condition = conditionOf(object, type);
  return condition !== undefined && textAt(condition, "status") === "True";
}

/** `Reason: message` of a condition, with what it has of both. */
export function conditionText(condition: PlainMap): string {
  return [textAt(condition, "reason"), textAt(condition, "message")].filter((text) => text !== "").join(": ");
}
