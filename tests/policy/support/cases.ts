import { type Rule } from "../../../policy/engine/rule";
import { type Environment } from "../../../policy/limits";
import { changed, compliantStack } from "./compliantStack";
import { assertAllowed, assertRefused, type Declared, type EvaluateOptions } from "./evaluate";

/** One way to break a compliant stack, or to change it within the rules. */
export interface Case {
  /** What is so, as the rule sees it. */
  readonly title: string;
  /** The compliant stack that is changed. @default `dev` */
  readonly stack?: Environment;
  /** Logical name of the resource that is changed. */
  readonly resource: string;
  /** The change; without one the resource is removed. */
  readonly change?: (resource: Declared) => void;
  /** Resources beside those of the stack. */
  readonly beside?: readonly Declared[];
  readonly options?: EvaluateOptions;
}

/** A case that the rule has to refuse, and what one of its messages has to say. */
export interface RefusedCase extends Case {
  readonly says: readonly (string | RegExp)[];
}

function resourcesOf(one: Case): Declared[] {
  return [...changed(compliantStack(one.stack ?? "dev"), one.resource, one.change), ...(one.beside ?? [])];
}

function optionsOf(one: Case): EvaluateOptions {
  return { stack: one.stack ?? "dev", ...one.options };
}

/** Declares a spec for each case: the rule refuses it, with a message that says what is wrong. */
export function refuses(rule: Rule, cases: readonly RefusedCase[]): void {
  for (const one of cases) {
    it(`refuses ${one.title}`, () => {
      assertRefused(rule, resourcesOf(one), one.says, optionsOf(one));
    });
  }
}

/** Declares a spec for each case: the rule allows it. */
export function allows(rule: Rule, cases: readonly Case[]): void {
  for (const one of cases) {
    it(`allows ${one.title}`, () => {
      assertAllowed(rule, resourcesOf(one), optionsOf(one));
    });
  }
}
