import { FIELD_RULES } from "../../domain/generated/fields.ts";
import { getAt } from "../../domain/field/pointer.ts";
import type { WirePreview } from "../../domain/field/wire-place.ts";
import { AUTH_TYPES, FIELDS } from "./capabilities.ts";
import { encodeValue } from "./codec.ts";

const ROUTE = "POST /v1/connect/connections";
const LOCAL = new Map(
  FIELD_RULES.filter((rule) => rule.isLocal || rule.isRecorded).map((rule) => [
    rule.pointer,
    rule.isRecorded,
  ]),
);
const SECRETS = new Set(
  FIELDS.filter(({ isSecret }) => isSecret).map(({ pointer }) => pointer),
);
const PLACES: ReadonlySet<string> = new Set([
  "/connection_id",
  "/provider",
  "/auth_type",
  ...FIELDS.map(({ pointer }) => pointer),
]);

/**
 * Where the fields of connections go in this dialect: each sits in the body where its pointer says.
 */
export const previewAgentAuth: WirePreview = (connection, pointer) => {
  const { authType, document } = connection;
  const isRemembered = LOCAL.get(pointer);
  if (isRemembered !== undefined) return { kind: "kept", isRemembered };
  if (!AUTH_TYPES.includes(authType))
    return {
      kind: "nowhere",
      why: "this API does not have the connection's auth_type, so nothing of it is sent",
      fix: "use the driver scalekit, or another auth_type",
      isWhole: true,
    };
  const member = pointer.slice(1).replaceAll("/", ".");
  if (pointer === "/credentials/redirect_uri")
    return { kind: "compared", member };
  if (!PLACES.has(pointer))
    return {
      kind: "nowhere",
      why: "the older dialect does not know this setting",
      fix: "remove it, or use the driver scalekit",
    };
  const value = SECRETS.has(pointer) ? undefined : getAt(document, pointer);
  return {
    kind: "sent",
    route: ROUTE,
    member,
    ...(value === undefined ? {} : { value: encodeValue(pointer, value) }),
  };
};
