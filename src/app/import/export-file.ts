import { UserError } from "../../domain/error.ts";
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "../../domain/json.ts";
import { isPlainJson } from "../../util/plain-json.ts";
import { parseStrictJson } from "../../util/strict-json.ts";

/** Services whose exports can be imported. */
export type ExportKind = "composio" | "nango";

/** One connection of an export, in the words of its service. Secrets are never taken out of the file. */
export interface ExportedConnection {
  /** What people call it there. */
  readonly name: string;
  readonly provider: string;
  /** The service's word for the kind of authentication; `null` where it does not say. */
  readonly scheme: string | null;
  readonly clientId: string | null;
  readonly scopes: readonly string[];
  /** The service's own OAuth client is used. */
  readonly isManaged: boolean;
  readonly isEnabled: boolean;
}

/** More than any account lists. */
const MAX_CONNECTIONS = 10_000;
/** What each service's list call is, for advice. */
const LIST_CALLS: Readonly<Record<ExportKind, string>> = {
  composio: "GET /api/v3/auth_configs",
  nango: "GET /integrations",
};

/**
 * Reads what the service answers to its list call. Only members that are documented are looked at, and only as text, lists of text and yes or no.
 * @throws UserError CLI064 for anything else.
 */
export function readExport(
  kind: ExportKind,
  text: string,
  file: string,
): ExportedConnection[] {
  const value = parsed(text, kind, file);
  const items = kind === "composio" ? composioItems(value) : nangoItems(value);
  if (items === undefined)
    throw notUnderstood(
      kind,
      file,
      kind === "composio"
        ? 'there is no list under "items"'
        : 'there is no list under "data" or "configs"',
    );
  if (items.length > MAX_CONNECTIONS)
    throw notUnderstood(
      kind,
      file,
      `it lists more than ${String(MAX_CONNECTIONS)} connections`,
    );
  const read = kind === "composio" ? composioConnection : nangoConnection;
  return items.map((item) => read(isJsonObject(item) ? item : {}));
}

function parsed(text: string, kind: ExportKind, file: string): JsonValue {
  const read = parseStrictJson(text);
  if (!("value" in read))
    throw notUnderstood(
      kind,
      file,
      read.member === undefined
        ? "it is not JSON"
        : `it names the member ${JSON.stringify(read.member)} twice`,
    );
  if (!isPlainJson(read.value))
    throw notUnderstood(kind, file, "it is no plain JSON");
  // Parsed from JSON, and checked to be no deeper than everything else here can work with.
  return read.value as JsonValue;
}

function notUnderstood(kind: ExportKind, file: string, why: string): UserError {
  return new UserError("CLI064", `the export "${file}" is not understood`, {
    why,
    fix: `save the answer of ${LIST_CALLS[kind]} as JSON and import that file`,
    notDone: "nothing was written",
  });
}

/** @remarks Source: Composio API v3, "List authentication configurations": `items`; a single one is taken too. */
function composioItems(value: JsonValue): readonly JsonValue[] | undefined {
  if (isList(value)) return value;
  if (!isJsonObject(value)) return undefined;
  const items = own(value, "items");
  if (isList(items)) return items;
  return isJsonObject(own(value, "toolkit")) ? [value] : undefined;
}

/** @remarks Source: Nango HTTP API, "List all integrations": `data`, formerly `configs`; "Get an integration" has one object under `data`. */
function nangoItems(value: JsonValue): readonly JsonValue[] | undefined {
  if (isList(value)) return value;
  if (!isJsonObject(value)) return undefined;
  const data = own(value, "data") ?? own(value, "configs");
  if (isList(data)) return data;
  return isJsonObject(data) ? [data] : undefined;
}

/** @remarks Source: Composio API v3, auth config: name, toolkit.slug, auth_scheme, is_composio_managed, status, credentials; the SDK spells them in camel case. */
function composioConnection(item: JsonObject): ExportedConnection {
  const toolkit = objectIn(item, "toolkit");
  const credentials = objectIn(item, "credentials");
  const slug = textIn(toolkit, "slug");
  return {
    name: textIn(item, "name") ?? slug ?? "",
    provider: slug ?? "",
    scheme: textIn(item, "auth_scheme") ?? textIn(item, "authScheme") ?? null,
    clientId:
      textIn(credentials, "client_id") ??
      textIn(credentials, "clientId") ??
      null,
    scopes: scopesIn(own(credentials, "scopes")),
    isManaged:
      own(item, "is_composio_managed") === true ||
      own(item, "isComposioManaged") === true,
    isEnabled: textIn(item, "status") !== "DISABLED",
  };
}

/** @remarks Source: Nango HTTP API, "Get an integration": unique_key, provider, credentials.type, client_id and scopes, separated by commas. */
function nangoConnection(item: JsonObject): ExportedConnection {
  const credentials = objectIn(item, "credentials");
  const provider = textIn(item, "provider") ?? "";
  return {
    name: textIn(item, "unique_key") ?? provider,
    provider,
    scheme: textIn(credentials, "type") ?? null,
    clientId: textIn(credentials, "client_id") ?? null,
    scopes: scopesIn(own(credentials, "scopes")),
    isManaged: false,
    isEnabled: true,
  };
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function own(object: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function objectIn(object: JsonObject, name: string): JsonObject {
  const value = own(object, name);
  return isJsonObject(value) ? value : {};
}

function textIn(object: JsonObject, name: string): string | undefined {
  const value = own(object, name);
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A list, or text with commas or blanks between. */
function scopesIn(value: JsonValue | undefined): readonly string[] {
  const items =
    typeof value === "string"
      ? value.split(/[\s,]+/u)
      : isList(value)
        ? value.filter((item) => typeof item === "string")
        : [];
  return [...new Set(items.filter((item) => item !== ""))].sort();
}
