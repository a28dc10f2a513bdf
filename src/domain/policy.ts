import type { PolicyRule } from "./environment.ts";
import type { JsonValue } from "./json.ts";

/**
 * What a policy is asked about: every change, every declared connection, or the plan as a whole.
 */
export type PolicySubject = "change" | "connection" | "plan";

/** A value as CEL sees it: whole numbers are `int`, moments are timestamps. */
export type CelValue =
  JsonValue | bigint | Date | readonly CelValue[] | CelObject;

/** A mapping as CEL sees it. */
export interface CelObject {
  readonly [name: string]: CelValue | undefined;
}

/** How long a value is: what repeating over it, and looking through it, costs. */
export interface ValueSize {
  /** Members of the longest list or mapping in it. */
  readonly members: number;
  /**
   * Characters of the longest text in it, names of members included, by 64: what one step looks at.
   */
  readonly text: number;
}

/** The variables of one question. `null` where there is no such thing. */
export interface PolicyScope {
  readonly change: CelObject | null;
  readonly connection: CelObject | null;
  readonly environment: CelObject;
  readonly plan: CelObject;
  readonly now: Date;
}

/** What an expression answered, or why it could not. */
export type PolicyAnswer =
  | { readonly kind: "holds" | "broken" | "not-asked" }
  | { readonly kind: "error"; readonly reason: string };

/** A policy, ready to be asked. */
export interface CompiledPolicy {
  readonly rule: PolicyRule;
  readonly subject: PolicySubject;
  /** Most work one question can make, given how long the values in each variable are. */
  readonly cost: (sizeOf: (variable: string) => ValueSize) => number;
  /** Never throws, and reads nothing but the scope. */
  readonly ask: (scope: PolicyScope) => PolicyAnswer;
}
