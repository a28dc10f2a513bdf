import { isReservedParameter } from "../../domain/field/authorize-params.ts";
import type {
  DesiredConnection,
  FieldValues,
} from "../../domain/connection.ts";
import { isJsonObject, type JsonValue } from "../../domain/json.ts";
import { getAt, type Pointer } from "../../domain/field/pointer.ts";
import type { AuditFinding } from "../../ports/connections-api.ts";

const OPTIONAL: Pointer = "/settings/optional_scopes";
const PARAMS: Pointer = "/settings/extra_authorize_params";

/**
 * Settings the API takes by themselves and refuses as they stand together, or for what they would
 * override.
 * @remarks Source: docs/drivers/scalekit-api.md section 24.
 */
export function auditSettings(
  connection: DesiredConnection,
): readonly AuditFinding[] {
  return [
    ...auditSubset(connection, "/settings/required_scopes", "/scopes"),
    ...auditSubset(connection, "/settings/required_optional_scopes", OPTIONAL),
    ...auditParameters(connection),
    ...auditScopeNames(connection),
    ...auditDeveloperToken(connection),
  ];
}

/**
 * What users cannot leave out is part of what they may choose from; scopes that nobody declares are
 * not known here.
 */
function auditSubset(
  { key, fields }: DesiredConnection,
  pointer: Pointer,
  from: Pointer,
): AuditFinding[] {
  if (!Object.hasOwn(fields, from)) return [];
  const all = new Set(textsOf(scopesAt(fields, from)));
  const stray = textsOf(fields[pointer]).filter((scope) => !all.has(scope));
  if (stray.length === 0) return [];
  const whole = from === OPTIONAL ? `${nameOf(from)}.scopes` : nameOf(from);
  return [
    refused(key, pointer, {
      message: `${nameOf(pointer)} of "${key}" has scopes that ${whole} does not have: ${stray.join(", ")}`,
      why: `the API takes only a part of ${whole} there`,
      fix: `add them to ${whole}, or remove them from ${nameOf(pointer)}`,
    }),
  ];
}

function scopesAt(fields: FieldValues, from: Pointer): JsonValue | undefined {
  const value = fields[from];
  return from === OPTIONAL && value !== undefined && isJsonObject(value)
    ? value["scopes"]
    : value;
}

function auditParameters({ key, fields }: DesiredConnection): AuditFinding[] {
  const scopeNames = new Set(scopeNamesOf(fields).map(({ name }) => name));
  return namesOf(fields[PARAMS])
    .filter((name) => isReservedParameter(name) || scopeNames.has(name))
    .map((name) =>
      refused(key, PARAMS, {
        message: `"${key}" sets the parameter "${name}" of the authorization request itself`,
        why: scopeNames.has(name)
          ? "it is the parameter that carries the scopes, so it would replace them"
          : "the platform sets it, and whoever sets it decides who asks, for what, or where the code goes",
        fix: `remove "${name}" from ${nameOf(PARAMS)}`,
      }),
    );
}

/**
 * Scopes travel in a parameter of another name where a provider wants that, but in none of the
 * protocol's own.
 */
function auditScopeNames({ key, fields }: DesiredConnection): AuditFinding[] {
  return scopeNamesOf(fields)
    .filter(({ name }) => name !== "scope" && isReservedParameter(name))
    .map(({ pointer, name }) =>
      refused(key, pointer, {
        message: `"${key}" sends its scopes as the parameter "${name}"`,
        why: "the platform sets that parameter of the authorization request itself",
        fix: "write the name the provider documents for scopes, or remove the line",
      }),
    );
}

function auditDeveloperToken({
  key,
  provider,
  secrets,
}: DesiredConnection): AuditFinding[] {
  const pointer: Pointer = "/credentials/developer_token";
  if (!secrets.has(pointer) || provider === "google_ads") return [];
  return [
    {
      code: "DRV030",
      key,
      pointer,
      kind: "warning",
      message: `${nameOf(pointer)} of "${key}" is used for Google Ads only`,
      why: "the platform stores it and sends it with calls to Google Ads, and with no others",
      fix: "remove it",
    },
  ];
}

function scopeNamesOf(
  fields: FieldValues,
): readonly { readonly pointer: Pointer; readonly name: string }[] {
  const optional = fields[OPTIONAL];
  const named: readonly (readonly [Pointer, JsonValue | undefined])[] = [
    ["/settings/custom_scope_name", fields["/settings/custom_scope_name"]],
    [
      OPTIONAL,
      optional === undefined ? undefined : getAt(optional, "/field_name"),
    ],
  ];
  return named.flatMap(([pointer, name]) =>
    typeof name === "string" && name !== "" ? [{ pointer, name }] : [],
  );
}

function namesOf(value: JsonValue | undefined): readonly string[] {
  return value !== undefined && isJsonObject(value) ? Object.keys(value) : [];
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value)
    ? value.filter((item) => typeof item === "string")
    : [];
}

function refused(
  key: string,
  pointer: Pointer,
  parts: Pick<AuditFinding, "message"> & { why: string; fix: string },
): AuditFinding {
  return { code: "DRV070", key, pointer, kind: "invalid", ...parts };
}

function nameOf(pointer: Pointer): string {
  return `"${pointer.slice(1).replaceAll("/", ".")}"`;
}
