import { MEMBERS } from "../generated/members.ts";
import { FIELD_RULES } from "../../domain/generated/fields.ts";
import { pointerOf } from "../../domain/field/pointer.ts";
import { nearest } from "../../util/nearest.ts";
import type { DocumentKind } from "./document.ts";

const SECRET_FIELDS: ReadonlySet<string> = new Set(
  FIELD_RULES.filter((rule) => rule.isSecret).map((rule) => rule.pointer),
);

const KNOWN_NAMES: ReadonlySet<string> = new Set([
  ...Object.values(MEMBERS["connection"] ?? {}).flat(),
  ...Object.values(MEMBERS["environment"] ?? {}).flat(),
  ...Object.values(MEMBERS["template"] ?? {}).flat(),
  "$patch",
  "op",
  "path",
  "from",
  "value",
]);

/**
 * What the vendor's page and API call members of ours.
 * @remarks Source: the vendor's page "Connections" (JSON samples and lists of settings), and the
 * field names of its API.
 */
export const VENDOR_NAMES: Readonly<Record<string, string>> = {
  id: "connection_id",
  name: "connection_id",
  key_id: "connection_id",
  type: "auth_type",
  status: "state",
  authentication_header: "auth_header",
  authorize_uri: "authorization_url",
  authorization_uri: "authorization_url",
  authorize_url: "authorization_url",
  token_uri: "token_url",
  user_info_uri: "user_info_url",
  callback_url: "redirect_uri",
  redirect_url: "redirect_uri",
  token_expiry: "expires_in",
  retry_policy: "retry",
  rate_limits: "rate_limiting",
  headers: "base_headers",
  scope: "scopes",
  secret: "client_secret",
  apikey: "api_key",
  provider_key: "provider",
  pkce_enabled: "pkce",
};

// With a word that neighbouring tools use, and not always for the same.
const OTHER_SPELLINGS: Readonly<Record<string, string>> = {
  ...VENDOR_NAMES,
  retries: "retry",
};

/** The same the other way round: a custom provider is declared in the vendor's own words. */
const VENDOR_SPELLINGS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.values(VENDOR_NAMES).map((ours) => [
    ours,
    Object.keys(VENDOR_NAMES).filter((name) => VENDOR_NAMES[name] === ours),
  ]),
);

/** Whether a field of a connection takes references only. */
export function isSecretField(pointer: string): boolean {
  return SECRET_FIELDS.has(pointer);
}

/**
 * Whether any schema of ours declares this name somewhere, so that showing it gives nothing away.
 */
export function isKnownName(name: string): boolean {
  return KNOWN_NAMES.has(name);
}

/** Names declared where a schema path leads, such as `#/properties/settings`. */
export function membersAt(
  kind: DocumentKind,
  schemaPath: string,
): readonly string[] {
  return MEMBERS[kind]?.[schemaPath] ?? [];
}

/**
 * Whether the value at these keys may be shown in a frame: every key on the way is declared by the
 * schema and none of them is a secret field. Members of free maps (headers, labels, variables)
 * count as undeclared, because anything may have been pasted there.
 */
export function isShownField(
  kind: DocumentKind,
  segments: readonly string[],
): boolean {
  if (segments[0] === PATCH) return isShownInPatch(segments);
  let at = "#";
  for (const [index, segment] of segments.entries()) {
    if (
      kind !== "environment" &&
      isSecretField(pointerOf(segments.slice(0, index + 1)))
    )
      return false;
    if (/^\d+$/u.test(segment)) {
      at = `${at}/items`;
      continue;
    }
    if (!membersAt(kind, at).includes(segment)) return false;
    at = `${at}/properties/${segment}`;
  }
  return true;
}

/**
 * Whether the names of the keys inside the mapping at these keys may be shown: what somebody pasted
 * as or into a secret field, or under a name nobody declared, can look like a mapping.
 */
export function areKeysShown(
  kind: DocumentKind,
  segments: readonly string[],
): boolean {
  return segments[0] === PATCH
    ? segments.length <= 2
    : isShownField(kind, segments);
}

const PATCH = "$patch";

function isShownInPatch(segments: readonly string[]): boolean {
  return segments.length === 3 && /^(op|path|from)$/u.test(segments[2] ?? "");
}

/** What somebody who wrote an undeclared name may have meant. */
export interface Suggestion {
  readonly name: string;
  /** The group it belongs under when that is not where it was written; `""` for the top level. */
  readonly group?: string;
}

/**
 * The declared name nearest to an undeclared one: here first, then by another spelling, then in
 * another group of the document.
 */
export function suggestMember(
  kind: DocumentKind,
  schemaPath: string,
  name: string,
): Suggestion | undefined {
  const snake = snakeCase(name);
  const here = membersAt(kind, schemaPath);
  const other = Object.hasOwn(OTHER_SPELLINGS, snake)
    ? OTHER_SPELLINGS[snake]
    : undefined;
  if (here.includes(snake)) return { name: snake };
  if (other !== undefined && here.includes(other)) return { name: other };
  const vendors = VENDOR_SPELLINGS.get(other ?? snake)?.find((one) =>
    here.includes(one),
  );
  if (vendors !== undefined) return { name: vendors };
  const elsewhere = groupOf(kind, snake) ?? groupOf(kind, other ?? "");
  if (elsewhere !== undefined) return elsewhere;
  const near = nearest(snake, here) ?? nearest(name, here);
  return near === undefined ? undefined : { name: near };
}

function groupOf(kind: DocumentKind, name: string): Suggestion | undefined {
  for (const [path, names] of Object.entries(MEMBERS[kind] ?? {})) {
    const group = /^#(?:\/properties\/([a-z_]+))?$/u.exec(path);
    if (group !== null && names.includes(name))
      return { name, group: group[1] ?? "" };
  }
  return undefined;
}

/** `clientID`, `client-id` and `Client Id` are all ways to write `client_id`. */
/** A name as members are spelled. */
export function snakeCase(name: string): string {
  return name
    .slice(0, 100)
    .replace(/([a-z0-9])([A-Z])/gu, "$1_$2")
    .replace(/([A-Z])([A-Z][a-z])/gu, "$1_$2")
    .replace(/[\s-]+/gu, "_")
    .toLowerCase();
}
