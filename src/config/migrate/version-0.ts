import { FIELD_RULES } from "../../domain/generated/fields.ts";
import { isJsonObject, type JsonObject } from "../../domain/json.ts";
import { getAt, type Pointer } from "../../domain/pointer.ts";
import type { DocumentKind } from "../document.ts";
import { PATCH_MEMBER } from "../json-patch.ts";
import { membersAt } from "../members.ts";

/**
 * Version 0: connections as the vendor's page shows them and as people pasted them, with its words for fields and secrets written out.
 * @remarks Source: the vendor's page "Connections" (JSON samples and lists of settings), and the field names of its API.
 */
const OLD_NAMES: Readonly<Record<string, string>> = {
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

const OLD_ENVIRONMENT_NAMES: Readonly<Record<string, string>> = {
  name: "environment",
  env: "environment",
  url: "target",
  env_url: "target",
  vars: "variables",
};

/** Groups whose fields people wrote at the top. */
const GROUPS: readonly string[] = ["credentials", "settings", "rate_limiting"];

/** Where secrets stand, as references since version 1. */
export const SECRETS: readonly Pointer[] = FIELD_RULES.filter(
  (rule) => rule.isSecret,
).map((rule) => rule.pointer);

/** The name a member has since version 1, where that is another one; `at` is the schema's path of the mapping. */
export function newName(
  kind: DocumentKind,
  at: string,
  name: string,
): string | undefined {
  const declared = membersAt(kind, at);
  if (declared.length === 0 || declared.includes(name)) return undefined;
  return candidates(kind, name).find((each) => declared.includes(each));
}

/** The group a top member belongs to since version 1, with its name there. */
export function newPlace(
  kind: DocumentKind,
  name: string,
): { readonly group: string; readonly name: string } | undefined {
  if (kind === "environment" || membersAt(kind, "#").includes(name))
    return undefined;
  for (const group of GROUPS) {
    const declared = membersAt(kind, `#/properties/${group}`);
    const found = candidates(kind, name).find((each) =>
      declared.includes(each),
    );
    if (found !== undefined) return { group, name: found };
  }
  return undefined;
}

/** Whether a document is written as version 0 was. */
export function isVersion0(value: JsonObject, kind: DocumentKind): boolean {
  if (Object.hasOwn(value, PATCH_MEMBER)) return false;
  const isOld = (name: string): boolean =>
    newName(kind, "#", name) !== undefined ||
    newPlace(kind, name) !== undefined;
  const isOldIn = ([name, child]: readonly [string, unknown]): boolean =>
    isJsonObject(child) &&
    Object.keys(child).some(
      (each) => newName(kind, `#/properties/${name}`, each) !== undefined,
    );
  return (
    Object.keys(value).some(isOld) ||
    Object.entries(value).some(isOldIn) ||
    typeof value["scopes"] === "string" ||
    (kind === "connection" &&
      SECRETS.some((pointer) => isLiteral(getAt(value, pointer))))
  );
}

/** Whether a secret field holds a secret itself. */
export function isLiteral(value: unknown): value is string | number {
  if (typeof value === "number") return true;
  return (
    typeof value === "string" && !/^(?:(?:secret|env):\/\/|ENC\[)/u.test(value)
  );
}

function candidates(kind: DocumentKind, name: string): readonly string[] {
  const snake = name
    .slice(0, 100)
    .replace(/([a-z0-9])([A-Z])/gu, "$1_$2")
    .replace(/([A-Z])([A-Z][a-z])/gu, "$1_$2")
    .replace(/[\s-]+/gu, "_")
    .toLowerCase();
  const table = kind === "environment" ? OLD_ENVIRONMENT_NAMES : OLD_NAMES;
  const other = Object.hasOwn(table, snake) ? table[snake] : undefined;
  return other === undefined ? [snake] : [snake, other];
}
