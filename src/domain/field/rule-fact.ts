import type { JsonValue } from "../json.ts";
import type { Looser } from "./looseness.ts";
import type { Pointer } from "./pointer.ts";

/**
 * What the schema says about one rule of an environment. The table of these
 * (`domain/generated/rules.ts`) is written from `schemas/environment.schema.json`; no rule is
 * special-cased in code.
 */
export interface RuleFact {
  /** Its members joined by dots, such as `limits.max_deletes`. */
  readonly name: string;
  /** Where it stands in the document. */
  readonly pointer: Pointer;
  /**
   * `value` is one thing, `set` a list whose order means nothing, `map` has values by name, `items`
   * is a list of objects that some of their members tell apart, `sets` has a set by name.
   */
  readonly form: "value" | "set" | "map" | "items" | "sets";
  /** What holds where the document says nothing; absent where nothing does. */
  readonly default?: JsonValue;
  /** Of a map, for each of its values. */
  readonly looser?: Looser;
  /** Of a set: without it everything is allowed, where else nothing would be. */
  readonly isAllWhenAbsent?: boolean;
  /** Of items: the members that tell them apart. */
  readonly keys?: readonly string[];
  /** Of items: their other members. */
  readonly members?: Readonly<Record<string, { readonly looser?: Looser }>>;
}
