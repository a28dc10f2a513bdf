import type {
  FieldValues,
  ListedConnection,
  LiveConnection,
} from "../../domain/connection.ts";
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "../../domain/json.ts";
import {
  getAt,
  pointerOf,
  setAt,
  type Pointer,
} from "../../domain/field/pointer.ts";
import type { Secret } from "../../domain/secret/secret.ts";
import { canonicalJson } from "../../util/canonical-json.ts";
import {
  AUTH_MODE_POINTER,
  capabilityOf,
  PROVIDER_FIELDS,
  READ_ONLY_MEMBERS,
  SCOPE_SELECTION,
  SECRET_MEMBERS,
  type WireField,
} from "./capabilities.ts";
import type { EncodedBody } from "../encoded-body.ts";
import { looksLikeMask, withoutMasks } from "../mask.ts";
import { objectAt, stringAt } from "../wire-reading.ts";
import { redactConnection } from "./redact.ts";
import { authModeOf, authTypeOf } from "./vocabulary.ts";
import { newerKind, shapeProblem, type WireConnection } from "./wire.ts";

/**
 * Who is at the far end of a connection, resolved: a connector of the catalogue, or a custom
 * provider with its object.
 */
export interface ResolvedProvider {
  readonly slug: string;
  /** The provider's own object, for custom ones only. */
  readonly custom?: JsonObject;
  /** Why it cannot be used; absent where it can. */
  readonly problem?: string;
}

/** A list item in our vocabulary. */
export function decodeListed(
  wire: WireConnection,
  provider: ResolvedProvider,
): ListedConnection {
  const problem = shapeProblem(wire) ?? provider.problem;
  return {
    key: wire.keyId,
    remoteId: wire.id,
    provider: provider.slug,
    authType: provider.custom === undefined ? authTypeOf(wire.type) : "custom",
    status: wire.status,
    isEnabled: wire.isEnabled,
    ...(problem === undefined ? {} : { problem }),
  };
}

/**
 * A connection in our vocabulary. A member that is missing or has its zero value (`""`, `false`,
 * `[]`, `{}`) is absent: the wire does not tell them apart reliably, so one condition of the
 * platform always reads as one value here.
 */
export function decodeLive(
  wire: WireConnection,
  provider: ResolvedProvider,
): LiveConnection {
  const listed = decodeListed(wire, provider);
  const { config, fields } = capabilityOf(wire.type);
  const settings = config === null ? {} : objectAt(wire.raw, config);
  const redirectUri = stringAt(settings, "redirect_uri");
  const unknown = unknownMembers(settings, fields);
  const newer = newerKind(wire);
  return {
    ...listed,
    fields: {
      "/provider": listed.provider,
      "/auth_type": listed.authType,
      "/state": wire.isEnabled ? "active" : "inactive",
      [AUTH_MODE_POINTER]: authModeOf(stringAt(wire.raw, "auth_mode")),
      ...decodeFields(settings, fields),
      ...decodeFields(provider.custom ?? {}, PROVIDER_FIELDS),
    },
    computed:
      redirectUri === "" ? {} : { "/credentials/redirect_uri": redirectUri },
    observed: redactConnection(wire.raw),
    ...(provider.custom === undefined ? {} : { shared: provider.custom }),
    ...(unknown.length === 0 ? {} : { unknown }),
    ...(newer === undefined ? {} : { newer }),
  };
}

/**
 * Members of a config object that are set and stand in no table: a later version of the API has
 * them.
 */
function unknownMembers(
  settings: JsonObject,
  fields: readonly WireField[],
  above: readonly string[] = [],
): readonly string[] {
  const isBelow = ({ path }: WireField, at: readonly string[]): boolean =>
    at.every((name, index) => path[index] === name);
  return Object.entries(settings)
    .flatMap(([member, value]) => {
      const at = [...above, member];
      const known = fields.filter((field) => isBelow(field, at));
      if (READ_ONLY_MEMBERS.has(member) || isZero(value)) return [];
      if (known.length === 0) return [at.join(".")];
      const isGroup = known.every(({ path }) => path.length > at.length);
      return isGroup && isJsonObject(value)
        ? unknownMembers(value, known, at)
        : [];
    })
    .sort();
}

function decodeFields(
  source: JsonObject,
  fields: readonly WireField[],
): FieldValues {
  const decoded: Record<Pointer, JsonValue> = {};
  for (const field of fields) {
    if (field.isSecret === true) continue;
    const value = decodeValue(getAt(source, pointerOf(field.path)), field);
    if (value !== undefined) decoded[field.pointer] = value;
  }
  return decoded;
}

function decodeValue(
  value: JsonValue | undefined,
  field: WireField,
): JsonValue | undefined {
  if (value === undefined || isZero(value)) return undefined;
  if (field.shape !== "message" || !isJsonObject(value)) return value;
  const members = Object.entries(value).filter(([, member]) => !isZero(member));
  return members.length === 0 ? undefined : Object.fromEntries(members);
}

function isZero(value: JsonValue): boolean {
  if (value === null || value === "" || value === false) return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

/** What of a step request is encoded. */
export interface DeclaredValues {
  readonly fields: FieldValues;
  readonly secrets: ReadonlyMap<Pointer, Secret>;
}

/**
 * The PATCH body that makes a connection what is declared: everything the connection has now, with
 * the declared values over it. Type, provider and name go with every PATCH. Masks, secrets nobody
 * declared and members the server makes are left out; members that a later version of the API added
 * go back as they came.
 * @remarks Source: docs/drivers/scalekit-api.md sections 10 ("PATCH") and 23.3: whether a PATCH
 * merges or replaces is not known, so this is right under either.
 */
export function encodeConfigure(
  live: WireConnection,
  key: string,
  declared: DeclaredValues,
): EncodedBody {
  const identity = {
    key_id: key,
    provider_key: live.providerKey,
    type: live.type,
  };
  const { config, fields } = capabilityOf(live.type);
  if (config === null) return { body: identity, secrets: [] };
  const shown = objectAt(live.raw, config);
  let settings = keptSettings(shown);
  const secrets: { at: Pointer; secret: Secret }[] = [];
  for (const field of fields) {
    const path = pointerOf(field.path);
    const secret = declared.secrets.get(field.pointer);
    if (field.isSecret === true && secret !== undefined) {
      settings = setAt(settings, path, field.pointer);
      secrets.push({ at: `/${config}${path}`, secret });
    }
    const value = Object.hasOwn(declared.fields, field.pointer)
      ? declared.fields[field.pointer]
      : undefined;
    // None of the words of a choice is "none of them", so one that is not made is not spoken of.
    const isUnmade =
      field.shape === "choice" &&
      value === null &&
      isZero(getAt(shown, path) ?? null);
    if (field.isSecret !== true && value !== undefined && !isUnmade)
      settings = setAt(settings, path, encodeValue(value, field));
  }
  if (bringsOwnClient(declared))
    settings = setAt(settings, "/use_platform_creds", false);
  const isDeclared = (member: string): boolean =>
    fields.some(
      ({ path, pointer }) =>
        path[0] === member && Object.hasOwn(declared.fields, pointer),
    );
  const whole = withScopeSelection(settings, shown, isDeclared);
  return { body: { ...identity, [config]: whole }, secrets };
}

/**
 * A list of what users cannot leave out is part of what they may choose from, so one that nobody
 * declares shrinks with it; and it is taken only beside its switch, so one that changes takes the
 * switch along.
 */
function withScopeSelection(
  settings: JsonObject,
  shown: JsonObject,
  isDeclared: (member: string) => boolean,
): JsonObject {
  const { flag, lists } = SCOPE_SELECTION;
  let selected = settings;
  for (const { member, from } of lists) {
    const list = itemsAt(settings, [member]);
    if (list === undefined) continue;
    const all = new Set(itemsAt(settings, from));
    const kept = isDeclared(member) ? list : list.filter((one) => all.has(one));
    selected = { ...selected, [member]: kept };
  }
  const isSame = lists.every(
    ({ member }) =>
      canonicalJson(selected[member] ?? []) ===
      canonicalJson(shown[member] ?? []),
  );
  return isSame || Object.hasOwn(selected, flag)
    ? selected
    : { ...selected, [flag]: false };
}

function itemsAt(
  settings: JsonObject,
  path: readonly string[],
): readonly JsonValue[] | undefined {
  const value = getAt(settings, pointerOf(path));
  return Array.isArray(value) ? (value as readonly JsonValue[]) : undefined;
}

/**
 * The custom provider as declared, laid over what it is now. A PUT replaces nearly everything, so
 * everything writable is sent.
 * @remarks Source: docs/drivers/scalekit-api.md section 14.
 */
export function encodeProvider(
  live: JsonObject | undefined,
  fields: FieldValues,
): JsonObject {
  let body: JsonObject = {};
  for (const field of PROVIDER_FIELDS) {
    const path = pointerOf(field.path);
    const declared = Object.hasOwn(fields, field.pointer)
      ? fields[field.pointer]
      : undefined;
    const value =
      declared === undefined
        ? getAt(live ?? {}, path)
        : encodeValue(declared, field);
    if (value !== undefined) body = setAt(body, path, value);
  }
  return body;
}

/**
 * The declared fields of a custom provider as they would read back; a provider that has them all
 * needs no write.
 */
export function decodeProvider(provider: JsonObject): FieldValues {
  return decodeFields(provider, PROVIDER_FIELDS);
}

function keptSettings(settings: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(settings).flatMap(([member, value]) => {
      if (READ_ONLY_MEMBERS.has(member) || SECRET_MEMBERS.has(member))
        return [];
      if (typeof value === "string" && looksLikeMask(value)) return [];
      return [[member, withoutMasks(value)]];
    }),
  );
}

/** `null` is "must be empty", which the wire says with the zero value of the field's shape. */
export function encodeValue(value: JsonValue, field: WireField): JsonValue {
  if (value !== null) return value;
  switch (field.shape) {
    case "string":
    case "choice":
      return "";
    case "boolean":
      return false;
    case "list":
    case "values":
      return [];
    case "message":
    case "map":
      return {};
  }
}

/**
 * Own credentials work only with the platform's switched off, so a declared client id says so
 * unless the document does.
 * @remarks Source: docs/drivers/scalekit-api.md section 10 ("Platform credentials").
 */
function bringsOwnClient(declared: DeclaredValues): boolean {
  const clientId = declared.fields["/credentials/client_id"];
  return (
    typeof clientId === "string" &&
    !Object.hasOwn(declared.fields, "/credentials/use_platform_creds")
  );
}
