import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "../domain/json.ts";

/**
 * True for what an API shows in place of a secret: three or more stars or dots in a row, whatever
 * stands around them.
 * @remarks Source: docs/drivers/scalekit-api.md sections 9 and 23.5: secrets come back masked, some
 * with the last four characters; the format is not documented.
 */
export function looksLikeMask(text: string): boolean {
  return /[*•●]{3,}/u.test(text);
}

/** The value without members that are masks; nothing else changes. */
export function withoutMasks(value: JsonValue): JsonValue {
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([member, child]) =>
      typeof child === "string" && looksLikeMask(child)
        ? []
        : [[member, withoutMasks(child)]],
    ),
  );
}

/**
 * An object as it may be fingerprinted: each secret replaced by whether there is one. A mask is not
 * kept either: it may show characters of the value.
 */
export function redactSecrets(
  settings: JsonObject,
  secretMembers: ReadonlySet<string>,
): JsonObject {
  return Object.fromEntries(
    Object.entries(settings).flatMap<[string, JsonValue]>(([member, value]) => {
      const isSecret = secretMembers.has(member);
      // An empty secret and one left out are the same: there is none.
      if (isSecret) return hasValue(value) ? [[member, true]] : [];
      if (typeof value === "string" && looksLikeMask(value))
        return [[member, true]];
      return [
        [
          member,
          isJsonObject(value) ? redactSecrets(value, secretMembers) : value,
        ],
      ];
    }),
  );
}

/** False for `null` and empty text. */
export function hasValue(value: JsonValue): boolean {
  return value !== null && value !== "";
}
