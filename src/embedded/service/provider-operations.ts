import type { CatalogueEntry } from "../../domain/catalogue/catalogue.ts";
import type { JsonObject } from "../../domain/json.ts";
import { findCustomProvider } from "./connection-shape.ts";
import { encodeMessage } from "../wire/encode.ts";
import { objectOf, textOf } from "../wire/members.ts";
import { cutPage, encodeItems, encodeLinks } from "./paging.ts";
import { PROVIDER } from "../wire/provider-messages.ts";
import type { Operation, ServiceContext } from "./service-context.ts";
import { failedPrecondition, notFound } from "../wire/status.ts";

/**
 * Page of the provider list nobody gave a size. @remarks Source: vendor scripts ask for 50 and for
 * 1000.
 */
const PAGE_LIMITS = { defaultSize: 50, maxSize: 1000 } as const;

/**
 * CreateCustomProvider: the identifier is the name in upper case without spaces, a colon and a
 * number, so it differs between environments; two providers may share a display name.
 */
export const createCustomProvider: Operation = (context, request) => {
  const asked = objectOf(request, "provider");
  const number = String(context.store.nextNumber());
  const base = textOf(asked, "display_name").toUpperCase().replaceAll(" ", "");
  const id = `prv_${number}`;
  const message = {
    ...asked,
    id,
    identifier: `${base}:${number}`,
    is_custom: true,
  };
  context.store.commit([{ kind: "provider", id, record: { id, message } }]);
  return { provider: encodeProvider(context, message) };
};

/**
 * UpdateCustomProvider: a full replace; the identifier stays. @remarks Source: vendor guides
 * (omitted metadata is cleared).
 */
export const updateCustomProvider: Operation = (context, request) => {
  const stored = findOrFail(context, request);
  const id = textOf(stored, "id");
  const message = {
    ...objectOf(request, "provider"),
    id,
    identifier: textOf(stored, "identifier"),
    is_custom: true,
  };
  context.store.commit([{ kind: "provider", id, record: { id, message } }]);
  return { provider: encodeProvider(context, message) };
};

/** DeleteCustomProvider: refused while a connection uses it. */
export const deleteCustomProvider: Operation = (context, request) => {
  const stored = findOrFail(context, request);
  const id = textOf(stored, "id");
  const isUsed = [...context.store.connections.values()].some(
    ({ connection }) => connection["provider_key"] === stored["identifier"],
  );
  if (isUsed) throw failedPrecondition("provider is used by connections");
  context.store.commit([{ kind: "provider", id, record: null }]);
  return {};
};

/** ListProviders: built-in ones unless the filter says CUSTOM or ALL. */
export const listProviders: Operation = (context, request) => {
  const { zeroValues } = context.switches;
  const kind =
    textOf(objectOf(request, "filter"), "provider_type") || "DEFAULT";
  const identifier = textOf(request, "identifier");
  const builtIn =
    kind === "CUSTOM" ? [] : [...context.catalogue.values()].map(describeEntry);
  const custom =
    kind === "DEFAULT"
      ? []
      : [...context.store.providers.values()].map(({ message }) => message);
  const matches = [...builtIn, ...custom].filter(
    (provider) => identifier === "" || provider["identifier"] === identifier,
  );
  const { items, links } = cutPage(matches, request, PAGE_LIMITS);
  const providers = items.map((item) => encodeProvider(context, item));
  return {
    ...encodeItems("providers", providers, zeroValues),
    ...encodeLinks(links, zeroValues),
  };
};

function findOrFail(context: ServiceContext, request: JsonObject): JsonObject {
  const found = findCustomProvider(context, textOf(request, "identifier"));
  if (found === undefined) throw notFound("provider");
  return found;
}

/**
 * A catalogue row in the shape of a Provider. @remarks Source: auth_patterns keys from vendor
 * guides.
 */
function describeEntry(entry: CatalogueEntry): JsonObject {
  const host = `https://${entry.slug.replaceAll("_", "-")}.example`;
  const oauth = {
    authorize_uri: `${host}/oauth/authorize`,
    token_uri: `${host}/oauth/token`,
    available_scopes: entry.scopes.map((scope) => ({
      scope,
      display_name: scope,
      required: false,
    })),
  };
  const type = entry.connection_type ?? "BEARER";
  return {
    id: `prv_${entry.slug}`.slice(0, 32),
    identifier: entry.provider_key,
    display_name: entry.display_name,
    auth_patterns: [
      {
        type,
        display_name: entry.display_name,
        is_mcp: entry.is_mcp,
        fields: [],
        ...(type === "OAUTH" ? { oauth_config: oauth } : {}),
      },
    ],
  };
}

function encodeProvider(
  context: ServiceContext,
  message: JsonObject,
): JsonObject {
  return encodeMessage(PROVIDER, message, context.switches);
}
