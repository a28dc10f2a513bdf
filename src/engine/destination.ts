import type { PlanFieldChange } from "../domain/generated/plan.ts";
import { ruleFor } from "./field-rules.ts";
import { hostOf } from "./url.ts";

/** Where credentials or users would go instead of where they go now. */
export interface HostMove {
  readonly field: PlanFieldChange;
  /** Host now; the whole value where it is no address. */
  readonly from: string;
  /** Host after the change; the whole value where it is no address. */
  readonly to: string;
}

/** Written fields that lead credentials or users to another host than now. A field with no live value moves from nowhere. */
export function hostMoves(
  fields: readonly PlanFieldChange[],
): readonly HostMove[] {
  return fields.flatMap((field) => {
    if (!isDestinationWrite(field)) return [];
    const from = hostText(field.before);
    const to = hostText(field.after);
    return from === "" || to === "" || from === to ? [] : [{ field, from, to }];
  });
}

/** Written fields that lead credentials or users to a host of our choice where the API had its own. */
export function newDestinations(
  fields: readonly PlanFieldChange[],
): readonly HostMove[] {
  return fields.flatMap((field) => {
    if (!isDestinationWrite(field)) return [];
    const to = hostText(field.after);
    const isNew = hostText(field.before) === "" && to !== "";
    return isNew ? [{ field, from: "", to }] : [];
  });
}

function isDestinationWrite(field: PlanFieldChange): boolean {
  return field.effect === "write" && ruleFor(field.path).isDestination;
}

/** A value that is no address is compared as a whole: rather one move too many than one unseen. */
function hostText(value: PlanFieldChange["before"]): string {
  return hostOf(value) ?? (typeof value === "string" ? value : "");
}
