import type { DesiredConnection } from "../../domain/connection.ts";
import { FIELD_RULES } from "../../domain/generated/fields.ts";
import { isJsonObject } from "../../domain/json.ts";
import type { Pointer } from "../../domain/field/pointer.ts";
import type { AuditFinding } from "../../ports/connections-api.ts";
import { auditProvider, declaredProviders } from "./audit-provider.ts";
import { auditRequirements } from "./audit-requirements.ts";
import { auditSettings } from "./audit-settings.ts";
import {
  AUTH_MODE_POINTER,
  capabilityOf,
  type TypeCapability,
} from "./capabilities.ts";
import { missingPlaceOf } from "./missing-places.ts";
import { wireTypeOf, type ProviderNames } from "./vocabulary.ts";

/** What of these connections the API cannot represent or would refuse. Pure. */
export function auditConnections(
  connections: readonly DesiredConnection[],
  names: ProviderNames,
): readonly AuditFinding[] {
  const declared = declaredProviders(connections);
  return connections.flatMap((connection) => [
    ...auditName(connection),
    ...auditProvider(connection, { names, declared }),
    ...auditRequirements(connection, names.entry(connection.provider)),
    ...auditState(connection),
    ...auditSpellings(connection),
    ...auditSettings(connection),
    ...auditFields(connection, names),
  ]);
}

/**
 * @remarks Source: docs/drivers/scalekit-api.md section 8: the narrowest of the documented rules
 * for names.
 */
const NAME = /^[A-Za-z0-9_: -]{1,300}$/u;

function auditName({ key }: DesiredConnection): AuditFinding[] {
  if (NAME.test(key) && key === key.trim()) return [];
  return [
    {
      code: "DRV070",
      key,
      pointer: "",
      kind: "invalid",
      message: `the API does not take "${key}" as the name of a connection`,
      why: "a name has 1 to 300 letters, digits, underscores, colons, hyphens and inner spaces",
      fix: "choose another connection_id",
    },
  ];
}

function auditState({ key, fields }: DesiredConnection): AuditFinding[] {
  const state = fields["/state"];
  if (state === undefined || state === "active" || state === "inactive")
    return [];
  return [
    {
      code: "DRV030",
      key,
      pointer: "/state",
      kind: "unrepresentable",
      message: `"${key}" cannot be put into state ${JSON.stringify(state)}`,
      why: "the platform decides by itself whether a connection is a draft; it can only be switched on and off",
      fix: "use state: inactive until it is ready",
      instead: "inactive",
    },
  ];
}

/** Pairs of our fields that are one field of the API. */
const SPELLINGS: readonly (readonly [Pointer, Pointer])[] = [
  ["/settings/authorization_url", "/settings/auth_endpoint"],
  ["/settings/token_url", "/settings/refresh_endpoint"],
];

function auditSpellings({ key, fields }: DesiredConnection): AuditFinding[] {
  return SPELLINGS.flatMap(([current, older]) => {
    const values = [fields[current], fields[older]];
    const [first, second] = values;
    if (first === undefined || second === undefined || first === second)
      return [];
    return [
      {
        code: "CFG025",
        key,
        pointer: older,
        kind: "invalid",
        message: `"${key}" sets ${nameOf(current)} and ${nameOf(older)} to different addresses`,
        why: "they are two spellings of one setting of the API",
        fix: `keep ${nameOf(current)} and remove ${nameOf(older)}`,
      } satisfies AuditFinding,
    ];
  });
}

/** Fields checked elsewhere or never sent: they need no place in a config object. */
const HANDLED: ReadonlySet<Pointer> = new Set([
  "/provider",
  "/auth_type",
  "/state",
  AUTH_MODE_POINTER,
  ...FIELD_RULES.filter((rule) => rule.isLocal || rule.isRecorded).map(
    (rule) => rule.pointer,
  ),
]);

function auditFields(
  connection: DesiredConnection,
  names: ProviderNames,
): AuditFinding[] {
  const capability = capabilityFor(connection);
  const places = new Set(capability.fields.map((field) => field.pointer));
  if (capability.config === "oauth_config")
    places.add("/credentials/redirect_uri");
  const declared = [
    ...Object.keys(connection.fields),
    ...Object.keys(connection.expected),
    ...connection.secrets.keys(),
  ];
  return declared
    .filter(
      (pointer) =>
        !HANDLED.has(pointer) &&
        !places.has(pointer) &&
        !pointer.startsWith("/custom_provider/"),
    )
    .sort()
    .map((pointer) => ({
      code: "DRV030",
      key: connection.key,
      pointer,
      kind: "unrepresentable",
      message: `the API has no place for ${nameOf(pointer)} of "${connection.key}"`,
      ...missingPlaceOf(
        pointer,
        connection.authType,
        names.entry(connection.provider),
      ),
    }));
}

/**
 * What the connection could hold; an auth type nobody knows is reported by itself, its fields are
 * not.
 */
function capabilityFor(connection: DesiredConnection): TypeCapability {
  if (connection.authType !== "custom")
    return capabilityOf(wireTypeOf(connection.authType) ?? "");
  const patterns = connection.fields["/custom_provider/auth_patterns"];
  const first: unknown = Array.isArray(patterns) ? patterns[0] : undefined;
  const type = isJsonObject(first) ? first["type"] : undefined;
  // A provider another document declares: its pattern is not at hand, so the widest one is assumed.
  return capabilityOf(typeof type === "string" ? type : "OAUTH");
}

function nameOf(pointer: Pointer): string {
  return `"${pointer.slice(1).replaceAll("/", ".")}"`;
}
