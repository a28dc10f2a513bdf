/**
 * The guards: small pure checks, each with a code and a page, in tables of one shape. Never I/O,
 * never a clock, and never an override: those are weighed after the checks, in one place.
 */
import { compareText } from "../../util/compare-text.ts";
import { DECLARED_GUARDS } from "./declared.ts";
import { freezeGuard } from "./freeze.ts";
import type { ChangesGuard, Guard } from "./guard.ts";
import { LIMIT_GUARDS } from "./limits.ts";
import { PERMISSION_GUARDS } from "./permissions.ts";
import { WORLD_GUARDS } from "./world.ts";

/** Those that apply makes again, in the order of their codes. */
export const CHANGES_GUARDS: readonly ChangesGuard[] = inOrder([
  ...LIMIT_GUARDS,
  ...PERMISSION_GUARDS,
  ...DECLARED_GUARDS,
  freezeGuard,
]);

/** Every guard, in the order of its code. */
export const GUARDS: readonly Guard[] = inOrder<Guard>([
  ...WORLD_GUARDS,
  ...CHANGES_GUARDS,
]);

function inOrder<T extends Guard>(guards: readonly T[]): readonly T[] {
  return [...guards].sort((a, b) => compareText(a.code, b.code));
}
