import { parseAddress } from "../../domain/address.ts";
import type { CatalogueEntry } from "../../domain/catalogue/catalogue.ts";
import type { FieldValues, LiveConnection } from "../../domain/connection.ts";
import type { FieldRule } from "../../domain/field/field.ts";
import { FIELD_RULES } from "../../domain/generated/fields.ts";
import type { JsonObject, JsonValue } from "../../domain/json.ts";
import { setAt, type Pointer } from "../../domain/field/pointer.ts";
import { isEqualValue } from "../../engine/diff/equal.ts";
import { compareText } from "../../util/compare-text.ts";

/** What a new document is to say. */
export interface Candidate {
  readonly key: string;
  readonly provider: string;
  readonly authType: string;
  /** Fields that are sent to an API, without provider and auth type. */
  readonly fields: FieldValues;
  /** Reference text by field. */
  readonly secrets: Readonly<Record<Pointer, string>>;
}

/** Why a field that the platform reports is not in the document. */
export interface DroppedField {
  readonly pointer: Pointer;
  readonly why: string;
}

/** The older of two spellings of one setting, and the one that stands for both. */
export const OLDER_SPELLINGS: ReadonlyMap<Pointer, Pointer> = new Map([
  ["/settings/auth_endpoint", "/settings/authorization_url"],
  ["/settings/refresh_endpoint", "/settings/token_url"],
]);
/**
 * Filled by the platform from what it knows of the provider.
 * @remarks Source: docs/drivers/scalekit-api.md section 10: endpoints are filled after create.
 */
const FILLED_FROM_PROVIDER: ReadonlySet<Pointer> = new Set([
  "/settings/authorization_url",
  "/settings/token_url",
  "/settings/user_info_url",
]);
/**
 * What a connection reports whose mode nobody chose.
 * @remarks Source: docs/drivers/scalekit-api.md section 6: unset behaves as USER.
 */
const UNCHOSEN: ReadonlyMap<Pointer, JsonValue> = new Map([
  ["/settings/auth_mode", "user"],
]);
const IDENTITY: ReadonlySet<Pointer> = new Set(["/provider", "/auth_type"]);
/** Longer addresses are none. */
const MAX_ADDRESS = 2_000;
/** Shorter handles could be part of any word. */
const MIN_HANDLE = 6;

/**
 * Rules of the fields that a document can take over from the platform, in the order of the schema.
 */
export const IMPORTABLE: readonly FieldRule[] = FIELD_RULES.filter(
  (rule) =>
    !rule.isSecret && !rule.isReadOnly && !rule.isLocal && !rule.isRecorded,
).filter(({ pointer }) => !IDENTITY.has(pointer));

/** A live connection's fields, sorted by what a new document does with them. */
export interface ImportedFields {
  readonly fields: FieldValues;
  readonly dropped: readonly DroppedField[];
  /** What the platform may have filled in by itself, so that it is left to it. */
  readonly left: FieldValues;
}

/** What decides which fields a new document takes over. */
export interface FieldChoice {
  /** The connector, where the catalogue has it. */
  readonly entry: CatalogueEntry | undefined;
  /** The platform's own defaults too. */
  readonly takesAll: boolean;
  /** What the last apply wrote, of a connection we own: that is nobody's default. */
  readonly remembered?: FieldValues | undefined;
}

/**
 * The fields that a new document says: what is set, in its newer spelling, without what the server
 * makes by itself.
 */
export function importedFields(
  live: LiveConnection,
  { entry, takesAll, remembered = {} }: FieldChoice,
): ImportedFields {
  const fields: Record<Pointer, JsonValue> = {};
  const dropped: DroppedField[] = [];
  const left: Record<Pointer, JsonValue> = {};
  for (const { pointer, semantics } of IMPORTABLE) {
    const value = live.fields[pointer];
    if (value === undefined || isEqualValue(semantics, value, undefined))
      continue;
    const twin = newerValue(pointer, live);
    if (twin !== undefined) {
      if (!isEqualValue(semantics, value, twin))
        dropped.push({ pointer, why: OTHER_SPELLING });
      continue;
    }
    const why = serverMade(value, live, entry, pointer);
    const isChosen = takesAll || remembered[pointer] !== undefined;
    if (!isChosen && isServersOwn(pointer, live, entry)) {
      if (!FILLED_FROM_PROVIDER.has(pointer)) continue;
      if (why === undefined && isShowable(value)) left[pointer] = value;
      else dropped.push({ pointer, why: why ?? "it is not a plain address" });
    } else if (why === undefined) fields[pointer] = tidy(semantics, value);
    else dropped.push({ pointer, why });
  }
  return { fields, dropped, left };
}

const OTHER_SPELLING =
  "it is the older spelling of another setting, which says something else";

/** What the newer spelling of a setting says, where both are there. */
function newerValue(
  pointer: Pointer,
  { fields }: LiveConnection,
): JsonValue | undefined {
  const newer = OLDER_SPELLINGS.get(pointer);
  return newer === undefined ? undefined : fields[newer];
}

/** Whether the platform fills this in by itself, so that a document need not repeat it. */
function isServersOwn(
  pointer: Pointer,
  live: LiveConnection,
  entry: CatalogueEntry | undefined,
): boolean {
  if (UNCHOSEN.get(pointer) === live.fields[pointer]) return true;
  if (!FILLED_FROM_PROVIDER.has(pointer)) return false;
  // What a custom provider says is known, so anything else was chosen for this connection.
  if (live.authType === "custom") return saysAddress(live, pointer);
  return (
    entry !== undefined && entry.field_pointers?.includes(pointer) !== true
  );
}

function saysAddress(live: LiveConnection, pointer: Pointer): boolean {
  const patterns = live.fields["/custom_provider/auth_patterns"];
  if (patterns === undefined) return true;
  return JSON.stringify(patterns).includes(
    JSON.stringify(live.fields[pointer]),
  );
}

/** An address that may stand in a comment: it has no credentials in it. */
function isShowable(value: JsonValue): boolean {
  if (typeof value !== "string" || value.length > MAX_ADDRESS) return false;
  return (
    parseAddress(value) !== undefined && !/^[^/]*\/\/[^/?#]*@/u.test(value)
  );
}

function serverMade(
  value: JsonValue,
  live: LiveConnection,
  entry: CatalogueEntry | undefined,
  pointer: Pointer,
): string | undefined {
  if (pointer === "/credentials/client_id" && entry?.dcr === true)
    return "the platform registered this client by itself";
  const { remoteId, key } = live;
  const holdsHandle =
    remoteId.length >= MIN_HANDLE &&
    remoteId !== key &&
    JSON.stringify(value).includes(remoteId);
  return holdsHandle
    ? "it holds the platform's own id of the connection"
    : undefined;
}

/** Sets in one order, so that a list the API turned around gives the same file. */
function tidy(semantics: FieldRule["semantics"], value: JsonValue): JsonValue {
  if (semantics !== "set" || !Array.isArray(value)) return value;
  const items: readonly JsonValue[] = value;
  const texts = items.filter((item) => typeof item === "string");
  return texts.length === items.length
    ? [...new Set(texts)].sort(compareText)
    : items;
}

/** The document of a candidate, its members in the order of the schema. */
export function documentOf(candidate: Candidate): JsonObject {
  const { key, provider, authType, fields, secrets } = candidate;
  return placed(
    { connection_id: key, provider, auth_type: authType },
    fields,
    secrets,
  );
}

/** These fields laid over a start, in the order of the schema. */
export function placed(
  start: JsonObject,
  fields: FieldValues,
  secrets: Candidate["secrets"],
): JsonObject {
  return FIELD_RULES.reduce<JsonObject>((document, { pointer, isSecret }) => {
    const value = isSecret ? secrets[pointer] : fields[pointer];
    return value === undefined ? document : setAt(document, pointer, value);
  }, start);
}
