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
import { getAt, setAt, type Pointer } from "../../domain/field/pointer.ts";
import type { Secret } from "../../domain/secret/secret.ts";
import type { EncodedBody } from "../encoded-body.ts";
import { looksLikeMask, redactSecrets, withoutMasks } from "../mask.ts";
import { objectAt, stringAt } from "../wire-reading.ts";
import { FIELDS, SECRET_MEMBERS } from "./capabilities.ts";
import type { WireConnection } from "./client.ts";

/** A list item in our vocabulary. */
export function decodeListed(wire: WireConnection): ListedConnection {
  return {
    key: wire.id,
    remoteId: wire.id,
    provider: wire.provider,
    authType: wire.authType,
    status: wire.state,
    isEnabled: stateOf(wire.state) === "active",
  };
}

/**
 * A connection in our vocabulary. Secrets and what shows in their place are left out; empty values
 * are absent.
 */
export function decodeLive(wire: WireConnection): LiveConnection {
  const fields: Record<Pointer, JsonValue> = {
    "/provider": wire.provider,
    "/auth_type": wire.authType,
  };
  for (const { pointer, isSecret } of FIELDS) {
    const value = isSecret ? undefined : shownAt(wire.raw, pointer);
    if (value !== undefined && !isEmpty(value)) fields[pointer] = value;
  }
  fields["/state"] = stateOf(wire.state);
  const redirectUri = stringAt(
    objectAt(wire.raw, "credentials"),
    "redirect_uri",
  );
  return {
    ...decodeListed(wire),
    fields,
    computed:
      redirectUri === "" ? {} : { "/credentials/redirect_uri": redirectUri },
    observed: withoutVolatile(redactSecrets(wire.raw, SECRET_MEMBERS)),
  };
}

/** A value as it is shown; a member that is `null` is none. */
function shownAt(raw: JsonObject, pointer: Pointer): JsonValue | undefined {
  const value = getAt(raw, pointer);
  if (value === undefined || !isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).filter(([, member]) => member !== null),
  );
}

/**
 * The state someone asked for. `testing` and `error` are what the platform found about a connection
 * that is on, not something to ask for.
 * @remarks Source: docs/drivers/scalekit-api.md section 21 for the states. Inferred: which of them
 * a client may write.
 */
function stateOf(state: string): "draft" | "active" | "inactive" {
  return state === "draft" || state === "inactive" ? state : "active";
}

/**
 * Members that move without anyone changing the connection. @remarks Inferred, by analogy with the
 * API of today.
 */
const VOLATILE = new Set(["updated_at", "update_time", "last_used_at"]);

function withoutVolatile(raw: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(raw).filter(([member]) => !VOLATILE.has(member)),
  );
}

function isEmpty(value: JsonValue): boolean {
  if (value === null || value === "") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

/** What is declared about a connection. */
export interface DeclaredValues {
  readonly key: string;
  readonly provider: string;
  readonly authType: string;
  readonly fields: FieldValues;
  readonly secrets: ReadonlyMap<Pointer, Secret>;
}

/**
 * The body of a create: the vendor's sample with a name. @remarks Inferred: that a client may
 * choose `connection_id`.
 */
export function encodeCreate(declared: DeclaredValues): EncodedBody {
  return encode(identityOf(declared), declared);
}

/**
 * The body of an update: what the connection has now with the declared values over it, so that it
 * is right whether the API merges or replaces. Masks, secrets nobody declared and the state the
 * platform found are left out.
 * @remarks Inferred: that there is an update call, and that `null` empties a member.
 */
export function encodeUpdate(
  live: WireConnection,
  declared: DeclaredValues,
): EncodedBody {
  const kept = Object.fromEntries(
    ["credentials", "settings", "rate_limiting", "scopes"].flatMap((member) => {
      const value = live.raw[member];
      if (value === undefined) return [];
      return [[member, isJsonObject(value) ? keptMembers(value) : value]];
    }),
  );
  return encode(
    { ...kept, ...identityOf(declared) },
    withoutOthers(declared, live.raw),
  );
}

/**
 * The declared values, in which an object takes back the members it has live and not in the
 * document: an API that merges would keep them, one that replaces has no use for the word.
 */
function withoutOthers(
  declared: DeclaredValues,
  raw: JsonObject,
): DeclaredValues {
  const fields = Object.entries(declared.fields).map(
    ([pointer, value]): [Pointer, JsonValue] => {
      const before = shownAt(raw, pointer);
      if (!isJsonObject(value) || before === undefined || !isJsonObject(before))
        return [pointer, value];
      const gone = Object.keys(before).map((name) => [name, null] as const);
      return [pointer, { ...Object.fromEntries(gone), ...value }];
    },
  );
  return { ...declared, fields: Object.fromEntries(fields) };
}

function keptMembers(value: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(value).flatMap(([member, child]) => {
      if (SECRET_MEMBERS.has(member) || child === null) return [];
      if (typeof child === "string" && looksLikeMask(child)) return [];
      return [[member, withoutMasks(child)]];
    }),
  );
}

function identityOf({ key, provider, authType }: DeclaredValues): JsonObject {
  return { connection_id: key, provider, auth_type: authType };
}

function encode(start: JsonObject, declared: DeclaredValues): EncodedBody {
  let body = start;
  const secrets: { at: Pointer; secret: Secret }[] = [];
  for (const { pointer, isSecret } of FIELDS) {
    const secret = declared.secrets.get(pointer);
    if (isSecret && secret !== undefined) {
      body = setAt(body, pointer, pointer);
      secrets.push({ at: pointer, secret });
    }
    const value = Object.hasOwn(declared.fields, pointer)
      ? declared.fields[pointer]
      : undefined;
    if (!isSecret && value !== undefined)
      body = setAt(body, pointer, encodeValue(pointer, value));
  }
  return { body, secrets };
}

/** `null` is "must be empty"; the one list of the dialect says so by being empty. */
export function encodeValue(pointer: Pointer, value: JsonValue): JsonValue {
  return value === null && pointer === "/scopes" ? [] : value;
}
