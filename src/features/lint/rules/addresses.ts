import type { DesiredConnection } from "../../../domain/connection.ts";
import { FIELD_RULES } from "../../../domain/generated/fields.ts";
import { partsOf } from "../../../domain/field/parts.ts";
import { getAt, type Pointer } from "../../../domain/field/pointer.ts";

/** An address in a connection and the part of it that holds it. */
export interface Address {
  readonly pointer: Pointer;
  readonly text: string;
}

/** Every address of a connection, wherever in a field it stands: which texts are addresses is for the schema to say. */
export function addressesOf({ document }: DesiredConnection): Address[] {
  return FIELD_RULES.flatMap((rule) => {
    const value = getAt(document, rule.pointer);
    if (value === undefined || value === null) return [];
    return partsOf(rule, value).flatMap(({ pointer, value: text, shape }) =>
      shape?.text === "address" && typeof text === "string" && text !== ""
        ? [{ pointer, text }]
        : [],
    );
  });
}
