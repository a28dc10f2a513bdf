import { UserError } from "../../../domain/problem/error.ts";
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  isJsonList,
} from "../../../domain/json.ts";
import { isPlainJson } from "../../../util/plain-json.ts";
import { parseStrictJson } from "../../../util/strict-json.ts";
import { ExportItem, numberSpellings, type LeftMember } from "./export-item.ts";
import { gapsOf } from "./export-pages.ts";

/** Services whose exports can be imported. */
export type ExportKind = "composio" | "nango";

/**
 * One connection of an export, in the words of its service. Secrets are never taken out of the
 * file.
 */
export interface ExportedConnection {
  /** What people call it there. */
  readonly name: string;
  readonly provider: string;
  /** The service's word for the kind of authentication; `null` where it does not say. */
  readonly scheme: string | null;
  readonly clientId: string | null;
  readonly scopes: readonly string[];
  /** Scopes its users may decline. */
  readonly optionalScopes: readonly string[];
  /** Scopes asked for on behalf of the user where the others are asked for an application. */
  readonly userScopes: readonly string[];
  /** The service's own OAuth client is used. */
  readonly isManaged: boolean;
  readonly isEnabled: boolean;
  /** Members nothing was taken from, dotted, each with the reason where there is a special one. */
  readonly left: readonly LeftMember[];
}

/** What a file of an export holds. */
export interface ReadExport {
  readonly connections: readonly ExportedConnection[];
  /**
   * What the file says it lacks, such as further pages. Each is a sentence without its full stop.
   */
  readonly gaps: readonly string[];
}

/** More than any account lists. */
const MAX_CONNECTIONS = 10_000;
/** What each service's list call is, for advice. */
const LIST_CALLS: Readonly<Record<ExportKind, string>> = {
  composio: "GET /api/v3/auth_configs",
  nango: "GET /integrations",
};

/**
 * Reads what the service answers to its list call. Of each connection only members that are
 * documented are taken; all others are named.
 * @throws UserError CLI064 for anything else.
 */
export function readExport(
  kind: ExportKind,
  text: string,
  file: string,
): ReadExport {
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
  const numbers = numberSpellings(text);
  const read = kind === "composio" ? composioConnection : nangoConnection;
  return {
    connections: items.map((item) => read(new ExportItem(item, numbers))),
    gaps: gapsOf(value, items, LIST_CALLS[kind]),
  };
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
    throw notUnderstood(kind, file, "it is not plain JSON");
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

/**
 * @remarks Source: Composio API v3, "List authentication configurations": `items`; a single one is
 * taken too.
 */
function composioItems(value: JsonValue): readonly JsonValue[] | undefined {
  if (isJsonList(value)) return value;
  if (!isJsonObject(value)) return undefined;
  const items = own(value, "items");
  if (isJsonList(items)) return items;
  return isJsonObject(own(value, "toolkit")) ? [value] : undefined;
}

/**
 * @remarks Source: Nango HTTP API, "List all integrations": `data`, formerly `configs`; "Get an
 * integration" has one object under `data`.
 */
function nangoItems(value: JsonValue): readonly JsonValue[] | undefined {
  if (isJsonList(value)) return value;
  if (!isJsonObject(value)) return undefined;
  const data = own(value, "data") ?? own(value, "configs");
  if (isJsonList(data)) return data;
  return isJsonObject(data) ? [data] : undefined;
}

/**
 * @remarks Source: Composio API v3, auth config: name, toolkit.slug, auth_scheme,
 * is_composio_managed, status, credentials; the SDK spells them in camel case.
 */
function composioConnection(item: ExportItem): ExportedConnection {
  const slug = item.text(["toolkit", "slug"]);
  const isManaged =
    item.flag(["is_composio_managed"]) ??
    item.flag(["isComposioManaged"]) ??
    false;
  if (isManaged)
    item.leave(
      CLIENT_IDS,
      "the client is the service's own, and another platform cannot use it",
    );
  return {
    name: item.text(["name"]) ?? slug ?? "",
    provider: slug ?? "",
    scheme: item.text(["auth_scheme"]) ?? item.text(["authScheme"]) ?? null,
    clientId: isManaged ? null : clientIdOf(item),
    scopes: item.texts(["credentials", "scopes"]),
    optionalScopes: item.texts(["credentials", "optional_scopes"]),
    userScopes: item.texts(["credentials", "user_scopes"]),
    isManaged,
    isEnabled: item.word(["status"], ["ENABLED", "DISABLED"]) !== "DISABLED",
    left: item.left(),
  };
}

/**
 * @remarks Source: Nango HTTP API, "Get an integration": unique_key, provider, credentials.type,
 * client_id and scopes, separated by commas.
 */
function nangoConnection(item: ExportItem): ExportedConnection {
  const provider = item.text(["provider"]) ?? "";
  return {
    name: item.text(["unique_key"]) ?? provider,
    provider,
    scheme: item.text(["credentials", "type"]) ?? null,
    clientId: clientIdOf(item),
    scopes: item.texts(["credentials", "scopes"]),
    optionalScopes: [],
    userScopes: item.texts(["credentials", "user_scopes"]),
    isManaged: false,
    isEnabled: true,
    left: item.left(),
  };
}

const CLIENT_IDS = [
  ["credentials", "client_id"],
  ["credentials", "clientId"],
] as const;

/** An identifier of a client; one without quotes is taken as it is spelled. */
function clientIdOf(item: ExportItem): string | null {
  for (const path of CLIENT_IDS) {
    const found = item.identifier(path);
    if (found !== undefined) return found;
  }
  return null;
}

function own(object: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
