import { FIELD_RULES } from "../../domain/generated/fields.ts";
import type { JsonValue } from "../../domain/json.ts";
import { getAt, type Pointer } from "../../domain/field/pointer.ts";
import type {
  WirePlace,
  WirePreview,
  WireSubject,
} from "../../domain/field/wire-place.ts";
import {
  AUTH_MODE_POINTER,
  capabilityOf,
  PROVIDER_FIELDS,
  type WireField,
} from "./capabilities.ts";
import { encodeValue } from "./codec.ts";
import { missingPlaceOf } from "./missing-places.ts";
import {
  wireAuthModeOf,
  wireTypeOf,
  type ProviderNames,
} from "./vocabulary.ts";

const CREATE = "POST /api/v1/connections";
const CONFIGURE = "PATCH /api/v1/connections/{id}";
const PROVIDERS = "POST /api/v1/custom-providers";
const LOCAL = new Map(
  FIELD_RULES.filter((rule) => rule.isLocal || rule.isRecorded).map((rule) => [
    rule.pointer,
    rule.isRecorded,
  ]),
);

/** Where the fields of connections go on this API: the same tables that requests are made from. */
export function createScalekitPreview(names: ProviderNames): WirePreview {
  return (connection, pointer) => {
    const isRemembered = LOCAL.get(pointer);
    if (isRemembered !== undefined) return { kind: "kept", isRemembered };
    return (
      identityPlace(connection, pointer, names) ??
      fieldPlace(connection, pointer) ?? {
        kind: "nowhere",
        ...missingPlaceOf(
          pointer,
          connection.authType,
          names.entry(connection.provider),
        ),
      }
    );
  };
}

/** What create takes, and what has a call of its own. */
function identityPlace(
  connection: WireSubject,
  pointer: Pointer,
  names: ProviderNames,
): WirePlace | undefined {
  const { document, provider } = connection;
  const value = getAt(document, pointer);
  switch (pointer) {
    case "/connection_id":
      return sent(CREATE, "key_id", value);
    case "/provider":
      return sent(CREATE, "provider_key", names.entry(provider)?.provider_key);
    case "/auth_type":
      return sent(CREATE, "type", wireTypeFor(connection));
    case AUTH_MODE_POINTER:
      return sent(
        CREATE,
        "auth_mode",
        typeof value === "string" ? wireAuthModeOf(value) : undefined,
      );
    case "/state":
      return statePlace(value);
    case "/credentials/redirect_uri":
      return capabilityOf(wireTypeFor(connection)).config === "oauth_config"
        ? { kind: "compared", member: "oauth_config.redirect_uri" }
        : undefined;
    default:
      return undefined;
  }
}

/** The two calls that switch; a draft is something the platform decides by itself. */
function statePlace(state: JsonValue | undefined): WirePlace {
  const route = (isOn: boolean): string =>
    `PATCH /api/v1/connections/{id}:${isOn ? "enable" : "disable"}`;
  if (state !== "draft")
    return sent(route(state !== "inactive"), null, undefined);
  return {
    kind: "nowhere",
    why: "the platform decides by itself whether a connection is a draft; it can only be switched on and off",
    fix: "use state: inactive until it is ready",
    instead: "inactive",
  };
}

function fieldPlace(
  connection: WireSubject,
  pointer: Pointer,
): WirePlace | undefined {
  const { config, fields } = capabilityOf(wireTypeFor(connection));
  const named = (field: WireField): boolean => field.pointer === pointer;
  const field = fields.find(named);
  if (field !== undefined && config !== null)
    return encoded(CONFIGURE, [config, ...field.path], field, connection);
  const ofProvider = PROVIDER_FIELDS.find(named);
  return (
    ofProvider && encoded(PROVIDERS, ofProvider.path, ofProvider, connection)
  );
}

function encoded(
  route: string,
  path: readonly string[],
  field: WireField,
  { document }: WireSubject,
): WirePlace {
  const value = getAt(document, field.pointer);
  const isShown = field.isSecret !== true && value !== undefined;
  return sent(
    route,
    path.join("."),
    isShown ? encodeValue(value, field) : undefined,
  );
}

function sent(
  route: string,
  member: string | null,
  value: JsonValue | undefined,
): WirePlace {
  return {
    kind: "sent",
    route,
    member,
    ...(value === undefined ? {} : { value }),
  };
}

/**
 * A custom provider's connections have the type of its one pattern; where another document declares
 * it, the widest type is assumed.
 */
function wireTypeFor({ authType, document }: WireSubject): string {
  if (authType !== "custom") return wireTypeOf(authType) ?? "";
  const type = getAt(document, "/custom_provider/auth_patterns/0/type");
  return typeof type === "string" ? type : "OAUTH";
}
