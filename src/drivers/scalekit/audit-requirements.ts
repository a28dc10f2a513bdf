import type { CatalogueEntry } from "../../domain/catalogue/catalogue.ts";
import type { DesiredConnection } from "../../domain/connection.ts";
import { offlineAccessIn } from "../../domain/catalogue/offline-access.ts";
import type { OfflineAccess } from "../../domain/catalogue/offline-access.ts";
import type { Pointer } from "../../domain/field/pointer.ts";
import {
  requirementsOf,
  type RequirementField,
} from "../../domain/catalogue/requirements.ts";
import type { AuditFinding } from "../../ports/connections-api.ts";

const CLIENT_ID: Pointer = "/credentials/client_id";
const CLIENT_SECRET: Pointer = "/credentials/client_secret";
const PLATFORM_CREDS: Pointer = "/credentials/use_platform_creds";

/**
 * What a connection lacks, or has too much of, for its provider to work. Nothing here is refused by
 * the API, so nothing is an error; what the catalogue does not document is never a finding. A
 * connection whose provider or auth type is wrong is reported elsewhere.
 */
export function auditRequirements(
  connection: DesiredConnection,
  entry: CatalogueEntry | undefined,
): readonly AuditFinding[] {
  if (entry === undefined || !entry.auth_types.includes(connection.authType))
    return [];
  return [
    ...auditClient(connection, entry),
    ...auditRequired(connection, entry),
    ...auditOffline(connection, entry),
    ...auditFixedScopes(connection, entry),
    ...auditPkce(connection, entry),
  ];
}

function auditClient(
  connection: DesiredConnection,
  entry: CatalogueEntry,
): AuditFinding[] {
  const { client } = requirementsOf(entry, connection.authType);
  if (client === "none") return [];
  if (client === "registered") return auditRegistered(connection, entry);
  const hasId = has(connection, CLIENT_ID);
  const hasSecret = has(connection, CLIENT_SECRET);
  const usesPlatform = connection.fields[PLATFORM_CREDS] === true;
  if (usesPlatform && (hasId || hasSecret)) return [twoClients(connection)];
  if (usesPlatform || connection.authType !== "oauth2") return [];
  if (hasId !== hasSecret) return auditHalf(connection, hasId);
  const isLent = client === "platform-default" || client === "own-or-platform";
  const refusesPlatform = connection.fields[PLATFORM_CREDS] === false;
  if (hasId || (isLent && !refusesPlatform)) return [];
  return [noClient(connection, entry, client !== "unknown")];
}

/** Fields a connection need not and should not manage, because dynamic registration fills them. */
function auditRegistered(
  connection: DesiredConnection,
  entry: CatalogueEntry,
): AuditFinding[] {
  const documented = entry.field_pointers ?? [];
  return [CLIENT_ID, CLIENT_SECRET, PLATFORM_CREDS]
    .filter((at) => declares(connection, at) && !documented.includes(at))
    .map((pointer) => ({
      code: "DRV043",
      key: connection.key,
      pointer,
      kind: "note",
      message: `"${connection.key}" sets ${nameOf(pointer)}, which ${entry.display_name} does not need`,
      why: "the platform registers an OAuth client with this provider by itself; a declared one takes its place",
      fix: `remove ${nameOf(pointer)}, unless the provider gave you a client of your own`,
    }));
}

function twoClients({ key }: DesiredConnection): AuditFinding {
  return {
    code: "DRV043",
    key,
    pointer: PLATFORM_CREDS,
    kind: "warning",
    message: `"${key}" asks for the platform's OAuth client and brings its own`,
    why: "only one of them is used, and which one is not documented",
    fix: "write use_platform_creds: false, or remove client_id and client_secret",
  };
}

/** Half of a client is right only for public clients, which say so. */
function auditHalf(
  connection: DesiredConnection,
  hasId: boolean,
): AuditFinding[] {
  const isPublic =
    connection.fields["/settings/token_endpoint_auth_method"] === "none";
  if (hasId && isPublic) return [];
  const missing = hasId ? CLIENT_SECRET : CLIENT_ID;
  const { key } = connection;
  return [
    {
      code: "DRV042",
      key,
      pointer: hasId ? CLIENT_ID : CLIENT_SECRET,
      kind: "warning",
      absent: missing,
      message: `"${key}" has half of an OAuth client: ${nameOf(missing)} is missing`,
      why: "tieline sends what is declared; unless the platform holds the other half already, no account can be connected",
      fix: hasId
        ? `add to credentials: client_secret: secret://${key}/client_secret; a public client says token_endpoint_auth_method: none under settings`
        : "add to credentials: client_id: <the client's identifier>",
    },
  ];
}

function noClient(
  connection: DesiredConnection,
  entry: CatalogueEntry,
  isDocumented: boolean,
): AuditFinding {
  const { key } = connection;
  return {
    code: "DRV042",
    key,
    pointer: "/auth_type",
    kind: isDocumented ? "warning" : "note",
    message: `"${key}" names no OAuth client for ${entry.display_name}`,
    why: isDocumented
      ? "its set-up page asks for a client of your own; unless the platform holds one already, no account can be connected"
      : "accounts are connected through an OAuth client, and it is not documented whether the platform has one for this provider",
    fix: `add credentials: { client_id: <the client's identifier>, client_secret: secret://${key}/client_secret }, or use_platform_creds: true where the platform lends its own`,
  };
}

function auditRequired(
  connection: DesiredConnection,
  entry: CatalogueEntry,
): AuditFinding[] {
  const { client, required } = requirementsOf(entry, connection.authType);
  // A missing client is one finding of its own, with the ways around it.
  if (client !== "none") return [];
  return required
    .filter(({ pointer }) => isEmpty(connection, pointer))
    .map((field) => missingField(connection, entry, field));
}

function missingField(
  { key, fields }: DesiredConnection,
  entry: CatalogueEntry,
  { pointer, kind }: RequirementField,
): AuditFinding {
  const name = pointer.slice(pointer.lastIndexOf("/") + 1);
  const fixes = {
    secret: `add to credentials: ${name}: secret://${key}/${name}`,
    list: `add ${name}: [<the permissions it needs>]`,
    plain: `add ${nameOf(pointer)}`,
  };
  return {
    code: "DRV042",
    key,
    pointer: Object.hasOwn(fields, pointer) ? pointer : "/auth_type",
    kind: "warning",
    absent: pointer,
    message: `"${key}" has no ${nameOf(pointer)}`,
    why: `${entry.display_name} cannot be used without it`,
    fix: fixes[kind],
  };
}

function auditOffline(
  connection: DesiredConnection,
  entry: CatalogueEntry,
): AuditFinding[] {
  const { offline } = requirementsOf(entry, connection.authType);
  if (offline === null) return [];
  const asked = offlineAccessIn(offline, connection.fields);
  // What is left to the platform is its business, unless the client is ours: then the request is
  // ours too.
  const isOurs =
    offline.kind === "setting" &&
    has(connection, CLIENT_ID) &&
    connection.fields[PLATFORM_CREDS] !== true;
  if (asked === "asked" || (asked === "unsaid" && !isOurs)) return [];
  return [expiring(connection, offline, asked)];
}

function expiring(
  { key }: DesiredConnection,
  offline: OfflineAccess,
  asked: "not-asked" | "unsaid",
): AuditFinding {
  const name = offline.pointer.slice(offline.pointer.lastIndexOf("/") + 1);
  const line = `${name}: ${offline.value}`;
  return {
    code: "DRV044",
    key,
    pointer: asked === "not-asked" ? offline.pointer : "/provider",
    kind: "warning",
    message:
      offline.kind === "scope"
        ? `"${key}" does not ask for the scope "${offline.value}", so its accounts will expire`
        : `"${key}" does not say ${line}, so its accounts may expire`,
    why: `${offline.party} issues a refresh token only when asked for it (${offline.source}); without one users must connect again`,
    fix:
      offline.kind === "scope"
        ? `add "${offline.value}" to scopes`
        : `add to settings: ${line}`,
  };
}

function auditFixedScopes(
  connection: DesiredConnection,
  entry: CatalogueEntry,
): AuditFinding[] {
  const scopes = connection.fields["/scopes"];
  if (entry.scopes_not_configurable !== true) return [];
  if (!Array.isArray(scopes) || scopes.length === 0) return [];
  return [
    {
      code: "DRV043",
      key: connection.key,
      pointer: "/scopes",
      kind: "note",
      message: `the scopes of "${connection.key}" may have no effect`,
      why: `the vendor's set-up page says that the scopes of ${entry.display_name} are fixed by the provider`,
      fix: "remove scopes",
    },
  ];
}

/**
 * @remarks Source: Model Context Protocol, version 2025-06-18, "Authorization": clients must use
 * PKCE.
 */
function auditPkce(
  connection: DesiredConnection,
  entry: CatalogueEntry,
): AuditFinding[] {
  const isOff = connection.fields["/settings/pkce"] === false;
  if (!isOff || !entry.is_mcp || connection.authType !== "oauth2") return [];
  return [
    {
      code: "DRV044",
      key: connection.key,
      pointer: "/settings/pkce",
      kind: "warning",
      message: `"${connection.key}" switches PKCE off, which MCP servers require`,
      why: `${entry.display_name} is an MCP server; the protocol's authorization rules make PKCE a duty of every client`,
      fix: "write pkce: true, or remove the line",
    },
  ];
}

function declares(
  { fields, secrets }: DesiredConnection,
  pointer: Pointer,
): boolean {
  return Object.hasOwn(fields, pointer) || secrets.has(pointer);
}

/** Declared with a value; `null` asks for emptiness. */
function has(connection: DesiredConnection, pointer: Pointer): boolean {
  return (
    connection.secrets.has(pointer) ||
    (connection.fields[pointer] ?? null) !== null
  );
}

function isEmpty(connection: DesiredConnection, pointer: Pointer): boolean {
  const value = connection.fields[pointer];
  return (
    !has(connection, pointer) || (Array.isArray(value) && value.length === 0)
  );
}

function nameOf(pointer: Pointer): string {
  return `"${pointer.slice(1).replaceAll("/", ".")}"`;
}
