import { canonicalJson } from "../../util/canonical-json.ts";
import type { Pointer } from "../../domain/field/pointer.ts";

/** A part of a plan that does not follow from the others. */
export interface Contradiction {
  /** Where it is in the plan. */
  readonly pointer: Pointer;
  /**
   * What it should be or what it contradicts, as the end of a sentence that begins with the
   * pointer.
   */
  readonly why: string;
}

/**
 * A contradiction unless two values are equal as JSON; a missing value is equal to a missing one
 * only.
 */
export function unlessEqual(
  pointer: Pointer,
  actual: unknown,
  derived: unknown,
  why = "does not follow from the rest of the plan",
): Contradiction[] {
  const isEqual =
    actual === undefined || derived === undefined
      ? actual === derived
      : canonicalJson(actual) === canonicalJson(derived);
  return isEqual ? [] : [{ pointer, why }];
}

/** A contradiction unless something holds. */
export function unless(
  holds: boolean,
  pointer: Pointer,
  why: string,
): Contradiction[] {
  return holds ? [] : [{ pointer, why }];
}
