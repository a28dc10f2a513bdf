import type { CatalogueEntry } from "../../domain/catalogue.ts";
import type { FieldValues, LiveConnection } from "../../domain/connection.ts";
import type { FieldRule } from "../../domain/field.ts";
import { FIELD_RULES } from "../../domain/generated/fields.ts";
import type { JsonObject, JsonValue } from "../../domain/json.ts";
import { setAt, type Pointer } from "../../domain/pointer.ts";
import { isEqualValue } from "../../engine/index.ts";
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
/** Shorter handles could be part of any word. */
const MIN_HANDLE = 6;

/** Rules of the fields that a document can take over from the platform, in the order of the schema. */
export const IMPORTABLE: readonly FieldRule[] = FIELD_RULES.filter(
  (rule) =>
    !rule.isSecret && !rule.isReadOnly && !rule.isLocal && !rule.isRecorded,
).filter(({ pointer }) => !IDENTITY.has(pointer));

/** A live connection's fields, sorted by what a new document does with them. */
export interface ImportedFields {
  readonly fields: FieldValues;
  readonly dropped: readonly DroppedField[];
  /** The platform filled them in by itself, so they are left to it. */
  readonly left: readonly Pointer[];
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

/** The fields that a new document says: what is set, in its newer spelling, without what the server makes by itself. */
export function importedFields(
  live: LiveConnection,
  { entry, takesAll, remembered = {} }: FieldChoice,
): ImportedFields {
  const fields: Record<Pointer, JsonValue> = {};
  const dropped: DroppedField[] = [];
  const left: Pointer[] = [];
  for (const { pointer, semantics } of IMPORTABLE) {
    const value = live.fields[pointer];
    if (value === undefined || isEqualValue(semantics, value, undefined))
      continue;
    const newer = OLDER_SPELLINGS.get(pointer);
    if (newer !== undefined && live.fields[newer] !== undefined) continue;
    if (
      !takesAll &&
      remembered[pointer] === undefined &&
      isServersOwn(pointer, live, entry)
    ) {
      if (FILLED_FROM_PROVIDER.has(pointer)) left.push(pointer);
      continue;
    }
    const why = serverMade(value, live, entry, pointer);
    if (why === undefined) fields[pointer] = tidy(semantics, value);
    else dropped.push({ pointer, why });
  }
  return { fields, dropped, left };
}

/** Whether the platform fills this in by itself, so that a document need not repeat it. */
function isServersOwn(
  pointer: Pointer,
  live: LiveConnection,
  entry: CatalogueEntry | undefined,
): boolean {
  if (UNCHOSEN.get(pointer) === live.fields[pointer]) return true;
  const isProvidersOwn = live.authType === "custom" || entry !== undefined;
  const isAskedFor = entry?.field_pointers?.includes(pointer) === true;
  return FILLED_FROM_PROVIDER.has(pointer) && isProvidersOwn && !isAskedFor;
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
