import { UserError } from "../domain/error.ts";
import { FIELD_RULES } from "../domain/generated/fields.ts";
import { pointerOf, type Pointer } from "../domain/pointer.ts";
import { nearest } from "../util/nearest.ts";

/**
 * Fields as people name them (`scopes`, `settings.timeout`, `/settings/timeout`, or a group such as `settings`) as pointers.
 * @throws UserError CLI073 with the nearest name for one the schema does not know.
 */
export function fieldPointers(names: readonly string[]): readonly Pointer[] {
  return names.map((name) => {
    const pointer = name.startsWith("/") ? name : pointerOf(name.split("."));
    const isKnown = FIELD_RULES.some(
      (rule) =>
        rule.pointer === pointer || rule.pointer.startsWith(`${pointer}/`),
    );
    if (isKnown) return pointer;
    const near = nearest(
      pointer,
      FIELD_RULES.map((rule) => rule.pointer),
    );
    throw new UserError("CLI073", `there is no field "${name}"`, {
      why: "fields are those of the connection schema, written as scopes or settings.timeout",
      fix:
        near === undefined
          ? "see them with: tieline schema connection"
          : `did you mean "${near.slice(1).replaceAll("/", ".")}"?`,
      notDone: "nothing was written",
    });
  });
}
