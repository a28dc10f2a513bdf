import type {
  PlanFieldChange,
  PlanOperation,
} from "../../domain/generated/plan.ts";

/**
 * The written differences as RFC 6902 operations on the live connection in document form
 * (`liveDocument`); what is only recorded is not among them. A field is added, replaced or removed
 * as a whole.
 * @remarks Source: RFC 6902 sections 4.1 to 4.3.
 */
export function fieldOperations(
  fields: readonly PlanFieldChange[],
): PlanOperation[] {
  return fields
    .filter((field) => field.effect === "write")
    .map((field) => {
      const { path, before, after } = field;
      if (after === undefined || after === null) return { op: "remove", path };
      return {
        op: before === undefined ? "add" : "replace",
        path,
        value: after,
      };
    });
}
