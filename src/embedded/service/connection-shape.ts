import { isJsonObject } from "../../domain/json.ts";
import type { JsonObject } from "../../domain/json.ts";
import { CONNECTION } from "../wire/connection-messages.ts";
import { CONNECTION_STATUSES } from "../wire/enums.ts";
import { encodeMessage } from "../wire/encode.ts";
import { itemsOf, objectOf, textOf } from "../wire/members.ts";
import { sealSecret, showMasks } from "../data/sealed-secret.ts";
import type { SealedSecrets } from "../data/sealed-secret.ts";
import type { ServiceContext } from "./service-context.ts";
import type { ConnectionRecord } from "../data/store.ts";

/**
 * Types an app connection may have, with the settings that belong to each.
 * @remarks Source: scalekit wire contract, messages; which settings TRUSTED_IDP and the static
 * types take is inferred.
 */
const CONFIG_OF_TYPE = new Map([
  ["OAUTH", "oauth_config"],
  ["OAUTH_M2M", "oauth_config"],
  ["TRELLO_OAUTH1", "oauth_config"],
  ["SMART_FHIR", "oauth_config"],
  ["GOOGLE_DWD", "google_dwd_config"],
  ["API_KEY", "static_config"],
  ["BEARER", "static_config"],
  ["BASIC", "static_config"],
  ["NO_AUTH", "static_config"],
  ["TRUSTED_IDP", "static_config"],
]);

/** Name of the settings of a type; `undefined` for types that are no app connections. */
export function configNameOf(type: string): string | undefined {
  return CONFIG_OF_TYPE.get(type);
}

/** What the environment knows about a provider when it fills a new connection. */
export interface ProviderFacts {
  readonly isDcr: boolean;
  readonly hasPlatformCreds: boolean;
  readonly authorizeUri: string;
  readonly tokenUri: string;
  readonly mcpServerUrl: string | undefined;
  /** Address with `{{domain}}` or `{{version}}` in it, where calls are forwarded to. */
  readonly proxyTemplate: string | undefined;
}

/** Looks a provider up in the catalogue, then among the custom ones. */
export function findProvider(
  context: ServiceContext,
  providerKey: string,
): ProviderFacts | undefined {
  const entry = context.catalogue.get(providerKey);
  if (entry !== undefined) {
    const host = `https://${entry.slug.replaceAll("_", "-")}.example`;
    return {
      isDcr: entry.dcr,
      hasPlatformCreds: !entry.dcr && entry.connection_type === "OAUTH",
      authorizeUri: `${host}/oauth/authorize`,
      tokenUri: `${host}/oauth/token`,
      mcpServerUrl: entry.is_mcp ? `${host}/mcp` : undefined,
      proxyTemplate: entry.is_mcp ? "https://{{domain}}/mcp" : undefined,
    };
  }
  const custom = findCustomProvider(context, providerKey);
  if (custom === undefined) return undefined;
  const [pattern] = itemsOf(custom, "auth_patterns");
  const oauth = isJsonObject(pattern) ? objectOf(pattern, "oauth_config") : {};
  return {
    isDcr: false,
    hasPlatformCreds: false,
    authorizeUri: textOf(oauth, "authorize_uri"),
    tokenUri: textOf(oauth, "token_uri"),
    mcpServerUrl: undefined,
    proxyTemplate: textOf(custom, "proxy_url") || undefined,
  };
}

/** The custom provider that has this identifier. */
export function findCustomProvider(
  context: ServiceContext,
  identifier: string,
): JsonObject | undefined {
  for (const { message } of context.store.providers.values()) {
    if (message["identifier"] === identifier) return message;
  }
  return undefined;
}

/** Settings as the environment makes them, before anyone changes them. */
export interface InitialSettings {
  readonly config: JsonObject;
  readonly secrets: SealedSecrets;
}

/**
 * Settings of a connection that was just made or converted: endpoints from the provider, the
 * redirect URI from the id, the client where the platform registers one.
 * @remarks Source: vendor integration tests (endpoints are filled after create), vendor guides
 * (DCR, platform credentials).
 */
export function createSettings(
  context: ServiceContext,
  provider: ProviderFacts,
  { id, type }: { readonly id: string; readonly type: string },
): InitialSettings {
  const configName = configNameOf(type);
  if (configName === "static_config") return { config: {}, secrets: {} };
  if (configName === "google_dwd_config") {
    return { config: { token_uri: provider.tokenUri }, secrets: {} };
  }
  const config = {
    authorize_uri: provider.authorizeUri,
    token_uri: provider.tokenUri,
    redirect_uri: `${context.environmentUrl}/sso/v1/oauth/${id}/callback`,
  };
  if (provider.isDcr) {
    // Nobody but the provider ever sees this secret, so any text will do.
    const secret = sealSecret(context.store.salt, `registered-${id}`);
    return {
      config: { ...config, client_id: `dcr-${id}`, pkce_enabled: true },
      secrets: { "oauth_config.client_secret": secret },
    };
  }
  const isShared = provider.hasPlatformCreds && type === "OAUTH";
  return {
    config: isShared ? { ...config, use_platform_creds: true } : config,
    secrets: {},
  };
}

/**
 * COMPLETED once the connection holds what its type needs (the platform's client, an own client, a
 * service account, or nothing), from the start, or never, as the switch says. A status no
 * definition knows stays: it is a newer environment's.
 * @remarks Source: inferred; the vendor does not document which event completes an app connection.
 */
export function statusOf(
  { switches }: ServiceContext,
  connection: JsonObject,
  secrets: SealedSecrets,
): string {
  const status = textOf(connection, "status");
  const isKnown = CONNECTION_STATUSES.some((name) => name === status);
  if (status !== "" && !isKnown) return status;
  switch (switches.completedOn) {
    case "create":
      return "COMPLETED";
    case "never":
      return "IN_PROGRESS";
    case "credentials":
      return hasCredentials(connection, secrets) ? "COMPLETED" : "IN_PROGRESS";
  }
}

function hasCredentials(
  connection: JsonObject,
  secrets: SealedSecrets,
): boolean {
  switch (configNameOf(textOf(connection, "type"))) {
    case "oauth_config": {
      const config = objectOf(connection, "oauth_config");
      if (config["use_platform_creds"] === true) return true;
      const hasSecret = Object.hasOwn(secrets, "oauth_config.client_secret");
      const isPublic = config["token_endpoint_auth_method"] === "none";
      return textOf(config, "client_id") !== "" && (hasSecret || isPublic);
    }
    case "google_dwd_config":
      return Object.hasOwn(secrets, "google_dwd_config.service_account_json");
    default:
      return true;
  }
}

/**
 * The `connection` member of replies: masks in place of secrets, zero values as the switch says.
 */
export function encodeConnection(
  context: ServiceContext,
  record: ConnectionRecord,
): JsonObject {
  const { switches } = context;
  const shown = showMasks(
    record.connection,
    record.secrets,
    switches.maskStyle,
  );
  return encodeMessage(CONNECTION, shown, switches);
}
