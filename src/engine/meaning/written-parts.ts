import { knownField } from "../../domain/field/fields.ts";
import {
  partDifferences,
  type PartDifference,
} from "../../domain/field/parts.ts";
import type { PlanFieldChange } from "../../domain/generated/plan.ts";

/**
 * What a field says differently, part by part. Where the platform reports nothing, what was applied
 * last is what the change is measured against. `null` is as good as absent: a mapping that is
 * cleared loses each of its members.
 */
export function writtenParts({
  path,
  before,
  after,
  last_applied,
}: PlanFieldChange): readonly PartDifference[] {
  const parted = { pointer: path, shape: knownField(path)?.shape };
  return partDifferences(
    parted,
    before ?? last_applied ?? undefined,
    after ?? undefined,
  );
}
