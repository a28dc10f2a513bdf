import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "../../domain/json.ts";
import { hasValue, redactSecrets } from "../mask.ts";
import { SECRET_MEMBERS } from "./capabilities.ts";

/** A connection as it may be fingerprinted: without secrets and masks. */
export function redactConnection(raw: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(raw).map(([member, value]) => {
      if (member === "static_config") return [member, presenceOf(value)];
      return [
        member,
        isJsonObject(value) ? redactSecrets(value, SECRET_MEMBERS) : value,
      ];
    }),
  );
}

/** What `static_config` holds is not documented and may be secret: only its outline is kept. */
function presenceOf(value: JsonValue): JsonValue {
  return isJsonObject(value)
    ? Object.fromEntries(
        Object.entries(value).map(([member, child]) => [
          member,
          presenceOf(child),
        ]),
      )
    : hasValue(value);
}
