import type { DesiredConnection } from "../../../domain/connection.ts";
import { FIELD_RULES } from "../../../domain/generated/fields.ts";
import { isJsonObject, type JsonValue } from "../../../domain/json.ts";
import { getAt, pointerOf, type Pointer } from "../../../domain/pointer.ts";

/** An address in a connection and the field that holds it. */
export interface Address {
  readonly pointer: Pointer;
  readonly text: string;
}

const FIELDS: readonly Pointer[] = [
  ...FIELD_RULES.filter(
    ({ semantics, isDestination }) =>
      semantics === "url" || (isDestination && semantics === "scalar"),
  ).map(({ pointer }) => pointer),
  "/credentials/redirect_uri",
];
/** Members of a custom provider's OAuth pattern to which codes and client secrets are sent. */
const PATTERN_FIELDS = ["authorize_uri", "token_uri", "user_info_uri"] as const;

/** Every address of a connection that credentials, users or calls are sent to. */
export function addressesOf({ document }: DesiredConnection): Address[] {
  return [...new Set([...FIELDS, ...patternPointers(document)])].flatMap(
    (pointer) => {
      const text = getAt(document, pointer);
      return typeof text === "string" ? [{ pointer, text }] : [];
    },
  );
}

function patternPointers(document: JsonValue): Pointer[] {
  const patterns = getAt(document, "/custom_provider/auth_patterns");
  if (!Array.isArray(patterns)) return [];
  // Array.isArray leaves `any[]`; documents hold JSON values only.
  return (patterns as readonly JsonValue[]).flatMap((pattern, index) =>
    isJsonObject(pattern)
      ? PATTERN_FIELDS.map((field) =>
          pointerOf([
            "custom_provider",
            "auth_patterns",
            index,
            "oauth_config",
            field,
          ]),
        )
      : [],
  );
}
