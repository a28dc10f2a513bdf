import type { CatalogueEntry } from "../../domain/catalogue/catalogue.ts";
import type { DesiredConnection } from "../../domain/connection.ts";
import { FIELD_RULES } from "../../domain/generated/fields.ts";
import type { Pointer } from "../../domain/field/pointer.ts";
import type { AuditFinding } from "../../ports/connections-api.ts";
import { AUTH_TYPES, FIELDS } from "./capabilities.ts";

/**
 * What of these connections the dialect cannot represent. The catalogue is of a later time, so its
 * names are notes only. Pure.
 */
export function auditConnections(
  connections: readonly DesiredConnection[],
  catalogue: readonly CatalogueEntry[],
): readonly AuditFinding[] {
  const bySlug = new Map(catalogue.map((entry) => [entry.slug, entry]));
  return connections.flatMap((connection) =>
    AUTH_TYPES.includes(connection.authType)
      ? [
          ...auditProvider(connection, bySlug.get(connection.provider)),
          ...auditRedirect(connection),
          ...auditFields(connection),
        ]
      : [unknownAuthType(connection)],
  );
}

function unknownAuthType({ key, authType }: DesiredConnection): AuditFinding {
  return {
    code: "DRV030",
    key,
    pointer: "",
    kind: "unrepresentable",
    message: `"${key}" asks for auth_type "${authType}", which this API does not have`,
    why: `its auth types are ${AUTH_TYPES.map((type) => `"${type}"`).join(", ")}`,
    fix: "use the driver scalekit, or write the connection with one of these",
  };
}

function auditProvider(
  { key, provider, authType }: DesiredConnection,
  entry: CatalogueEntry | undefined,
): AuditFinding[] {
  if (authType === "custom") return [];
  if (entry === undefined)
    return [
      {
        code: "DRV031",
        key,
        pointer: "/provider",
        kind: "note",
        message: `the provider "${provider}" of "${key}" is not in the catalogue`,
        why: "the catalogue is the one of today's API; this dialect is older and had other names",
      },
    ];
  if (entry.auth_types.includes(authType)) return [];
  return [
    {
      code: "DRV031",
      key,
      pointer: "/auth_type",
      kind: "note",
      message: `"${key}" asks for auth_type "${authType}", which ${entry.display_name} does not offer on today's API`,
      why: `the catalogue lists ${entry.auth_types.map((type) => `"${type}"`).join(" or ")} for "${entry.slug}"; this dialect is older`,
    },
  ];
}

function auditRedirect({ key, expected }: DesiredConnection): AuditFinding[] {
  const pointer = "/credentials/redirect_uri";
  if (!Object.hasOwn(expected, pointer)) return [];
  return [
    {
      code: "DRV030",
      key,
      pointer,
      kind: "note",
      message: `the redirect URI of "${key}" is compared, not sent`,
      why: "today's platform makes it, so a document states what it must be; the older dialect also showed it in a request",
      fix: "set it on the platform when the API does not show the declared one",
    },
  ];
}

/** Fields with a place, and those that have none because they are never sent. */
const HANDLED: ReadonlySet<Pointer> = new Set([
  "/provider",
  "/auth_type",
  "/credentials/redirect_uri",
  ...FIELDS.map(({ pointer }) => pointer),
  ...FIELD_RULES.filter((rule) => rule.isLocal || rule.isRecorded).map(
    (rule) => rule.pointer,
  ),
]);

function auditFields(connection: DesiredConnection): AuditFinding[] {
  const declared = [
    ...Object.keys(connection.fields),
    ...Object.keys(connection.expected),
    ...connection.secrets.keys(),
  ];
  return declared
    .filter((pointer) => !HANDLED.has(pointer))
    .sort()
    .map((pointer) => ({
      code: "DRV030",
      key: connection.key,
      pointer,
      kind: "unrepresentable",
      message: `the API has no place for "${pointer.slice(1).replaceAll("/", ".")}" of "${connection.key}"`,
      why: pointer.startsWith("/custom_provider/")
        ? "this dialect has no custom providers: auth_type custom takes its credentials on the connection"
        : "the older dialect does not know this setting",
      fix: "remove it, or use the driver scalekit",
    }));
}
