import type { CatalogueEntry } from "../../domain/catalogue/catalogue.ts";
import type { DesiredConnection } from "../../domain/connection.ts";
import { isJsonObject } from "../../domain/json.ts";
import { getAt, type Pointer } from "../../domain/field/pointer.ts";
import type { AuditFinding } from "../../ports/connections-api.ts";
import { meantBy, nearest } from "../../util/nearest.ts";
import { auditScopes } from "./audit-scopes.ts";
import {
  slugOfDisplayName,
  wireTypeOf,
  type ProviderNames,
} from "./vocabulary.ts";

/** The providers a connection may name. */
export interface KnownProviders {
  readonly names: ProviderNames;
  /** Slugs of the custom providers that documents of the environment declare. */
  readonly declared: ReadonlySet<string>;
}

/** Slugs of the custom providers these connections declare. */
export function declaredProviders(
  connections: readonly DesiredConnection[],
): ReadonlySet<string> {
  return new Set(
    connections.flatMap(({ fields }) => {
      const name = fields["/custom_provider/display_name"];
      return typeof name === "string" ? [slugOfDisplayName(name)] : [];
    }),
  );
}

/**
 * Holds provider and auth type of a connection against the catalogue, or against the custom
 * providers that are declared.
 */
export function auditProvider(
  connection: DesiredConnection,
  { names, declared }: KnownProviders,
): readonly AuditFinding[] {
  if (connection.authType === "custom")
    return auditCustom(connection, declared);
  const entry = names.entry(connection.provider);
  return [
    ...strayCustomProvider(connection),
    ...(entry === undefined
      ? [unknownProvider(connection, names)]
      : [
          ...auditAuthType(connection, entry),
          ...auditScopes(connection, entry),
        ]),
  ];
}

function auditCustom(
  connection: DesiredConnection,
  declared: ReadonlySet<string>,
): AuditFinding[] {
  const displayName = connection.fields["/custom_provider/display_name"];
  if (typeof displayName !== "string") {
    if (declared.has(connection.provider)) return [];
    return [
      {
        code: "CFG024",
        key: connection.key,
        pointer: "/provider",
        kind: "invalid",
        message: `no document declares the custom provider "${connection.provider}" of "${connection.key}"`,
        why: "on this API auth_type custom stands for a provider that documents declare; credentials are the accounts'",
        fix: `use a connector of the catalogue (tieline catalog search <words>), or declare the provider: custom_provider with display_name, proxy_url and auth_patterns, as docs/guides/first-connection.md shows`,
      },
    ];
  }
  const slug = slugOfDisplayName(displayName);
  const incomplete = [
    ...incompleteProvider(connection),
    ...missingEndpoints(connection),
  ];
  if (slug === connection.provider) return incomplete;
  return [
    ...incomplete,
    {
      code: "CFG024",
      key: connection.key,
      pointer: "/provider",
      kind: "invalid",
      message: `the provider "${connection.provider}" of "${connection.key}" is not the one its custom_provider declares`,
      why: "the slug of a custom provider is its display_name in lower case with underscores for spaces",
      fix: `write provider: ${slug}`,
    },
  ];
}

const REQUIRED_BY_THE_API = {
  "/custom_provider/proxy_url": "proxy_url: https://api.example.com",
  "/custom_provider/auth_patterns":
    "auth_patterns: [{ type: BEARER, display_name: Token }]",
};

/**
 * What a custom provider cannot be made without.
 * @remarks Source: descriptors of custom providers: auth_patterns is required, proxy_url has 1 to
 * 2,048 characters.
 */
function incompleteProvider(connection: DesiredConnection): AuditFinding[] {
  return Object.entries(REQUIRED_BY_THE_API)
    .filter(([pointer]) => connection.fields[pointer] === undefined)
    .map(([pointer, example]) => ({
      code: "CFG024",
      key: connection.key,
      pointer: "/custom_provider/display_name",
      kind: "invalid",
      message: `the custom provider of "${connection.key}" has no ${pointer.slice(pointer.lastIndexOf("/") + 1)}`,
      why: "the API refuses a custom provider without it",
      fix: `add to custom_provider, such as: ${example}`,
    }));
}

/**
 * Where each endpoint of an OAuth provider may be said: in its pattern, or on the connection, in
 * either spelling.
 */
const ENDPOINTS: readonly {
  readonly member: string;
  readonly onConnection: readonly Pointer[];
}[] = [
  {
    member: "authorize_uri",
    onConnection: ["/settings/authorization_url", "/settings/auth_endpoint"],
  },
  {
    member: "token_uri",
    onConnection: ["/settings/token_url", "/settings/refresh_endpoint"],
  },
];

/**
 * An MCP server tells its endpoints itself; of any other provider nobody knows where users and
 * codes go.
 */
function missingEndpoints({ key, fields }: DesiredConnection): AuditFinding[] {
  const at: Pointer = "/custom_provider/auth_patterns";
  const pattern = getAt(fields[at] ?? null, "/0");
  if (!isJsonObject(pattern) || pattern["type"] !== "OAUTH") return [];
  if (pattern["is_mcp"] === true) return [];
  return ENDPOINTS.filter(
    ({ member, onConnection }) =>
      (getAt(pattern, `/oauth_config/${member}`) ?? "") === "" &&
      onConnection.every((pointer) => (fields[pointer] ?? "") === ""),
  ).map(({ member }) => ({
    code: "CFG024",
    key,
    pointer: at,
    kind: "warning",
    message: `the OAuth provider of "${key}" has no ${member}`,
    why: "the platform knows no endpoints of a custom provider, unless it is an MCP server",
    fix: `add ${member} to oauth_config of its auth pattern, or is_mcp: true`,
  }));
}

function strayCustomProvider(connection: DesiredConnection): AuditFinding[] {
  const pointer = Object.keys(connection.fields).find((at) =>
    at.startsWith("/custom_provider/"),
  );
  if (pointer === undefined) return [];
  return [
    {
      code: "CFG024",
      key: connection.key,
      pointer,
      kind: "invalid",
      message: `"${connection.key}" declares a custom provider but its auth_type is "${connection.authType}"`,
      why: "a custom provider brings its own auth pattern, which auth_type custom stands for",
      fix: "write auth_type: custom, or remove custom_provider",
    },
  ];
}

function unknownProvider(
  connection: DesiredConnection,
  names: ProviderNames,
): AuditFinding {
  const near = suggestProviders(connection.provider, names);
  return {
    code: "DRV031",
    key: connection.key,
    pointer: "/provider",
    kind: "invalid",
    message: `the provider "${connection.provider}" of "${connection.key}" is not in the catalogue${meantBy(near)}`,
    why: "connections of this API name a connector of its catalogue, or a custom provider with auth_type custom",
    fix:
      near.length > 0
        ? `use ${near.map((slug) => `"${slug}"`).join(" or ")}`
        : "use a connector of the catalogue, or declare the provider under custom_provider with auth_type custom",
  };
}

const MAX_SUGGESTIONS = 3;

/**
 * Slugs someone may have meant: a slip of the keyboard, the same words in another order of marks,
 * or a longer name.
 */
function suggestProviders(word: string, names: ProviderNames): string[] {
  const slip = nearest(word, names.slugs);
  const wanted = lettersOf(word);
  const akin = names.slugs.filter((slug) => {
    const title = lettersOf(names.entry(slug)?.display_name ?? "");
    return (
      wanted.length >= 3 &&
      (title.startsWith(wanted) || lettersOf(slug) === wanted)
    );
  });
  return [...new Set([...(slip === undefined ? [] : [slip]), ...akin])].slice(
    0,
    MAX_SUGGESTIONS,
  );
}

function lettersOf(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]/gu, "");
}

function auditAuthType(
  connection: DesiredConnection,
  entry: CatalogueEntry,
): AuditFinding[] {
  const finding = {
    code: "DRV031",
    key: connection.key,
    pointer: "/auth_type",
    kind: "invalid",
  } as const;
  if (!entry.auth_types.includes(connection.authType)) {
    const allowed = entry.auth_types.map((type) => `"${type}"`).join(" or ");
    return [
      {
        ...finding,
        message: `"${connection.key}" asks for auth_type "${connection.authType}", which ${entry.display_name} does not offer`,
        why: `the catalogue lists ${allowed} for "${entry.slug}"`,
        fix: `use auth_type ${allowed}, or another provider`,
      },
    ];
  }
  const wireType = wireTypeOf(connection.authType);
  if (wireType !== undefined && entry.connection_type === wireType) return [];
  return [
    {
      ...finding,
      message: `connections of ${entry.display_name} cannot be made by tieline yet`,
      why: `the vendor does not document which connection type "${entry.slug}" has`,
      fix: "make it in the platform's dashboard and leave it out of the documents",
    },
  ];
}
