import {
  fieldPointerOf,
  fieldsAt,
  nearestField,
} from "../../documents/read/field-names.ts";
import { UserError } from "../../domain/problem/error.ts";
import { IDENTITY_RULE } from "../../domain/generated/fields.ts";
import type { Pointer } from "../../domain/field/pointer.ts";

/**
 * The pointer of a field, or of a group of fields, that somebody named on the command line:
 * `scopes`, `settings.timeout`, `/settings/timeout`.
 * @param notDone - what the command leaves undone when there is no such field.
 * @throws UserError CLI040 with the nearest name.
 */
export function fieldArgument(name: string, notDone: string): Pointer {
  const pointer = fieldPointerOf(name);
  if (pointer === IDENTITY_RULE.pointer || fieldsAt(pointer).length > 0)
    return pointer;
  const near = nearestField(name);
  throw new UserError(
    "CLI040",
    `connections have no field "${name.slice(0, 100)}"${near === undefined ? "" : `; did you mean "${near}"?`}`,
    {
      why: "fields are those of schemas/connection.schema.json, groups first: settings.timeout",
      fix:
        near === undefined
          ? "see them with: tieline schema connection"
          : `use "${near}"`,
      notDone,
    },
  );
}
