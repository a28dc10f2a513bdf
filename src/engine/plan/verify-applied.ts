import type { LiveConnection } from "../../domain/connection.ts";
import type { PlanChange } from "../../domain/generated/plan.ts";
import type { Pointer } from "../../domain/field/pointer.ts";
import { compareText } from "../../util/compare-text.ts";
import { isEqualValue } from "../diff/equal.ts";
import { isCompared, ruleFor } from "../diff/field-rules.ts";
import { comparableLive } from "../diff/normalize.ts";

/**
 * What a connection read back after its change still lacks: pointers of fields that do not show the
 * planned value, `""` for the connection as a whole (not there, still there, or under another
 * name). Empty when the platform shows what was planned. Secrets cannot be read back and are not
 * looked at.
 */
export function verifyApplied(
  change: PlanChange,
  live: LiveConnection | null,
): readonly Pointer[] {
  if (change.desired === null) return live === null ? [] : [""];
  if (live?.key !== change.key) return [""];
  const shown = comparableLive(live);
  return Object.entries(change.desired.fields)
    .filter(([pointer, value]) => {
      const rule = ruleFor(pointer);
      if (rule.isRecorded || !isCompared(pointer)) return false;
      return !isEqualValue(rule.semantics, value, shown[pointer]);
    })
    .map(([pointer]) => pointer)
    .sort(compareText);
}
