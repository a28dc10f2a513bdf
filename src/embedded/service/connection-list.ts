import type { JsonObject } from "../../domain/json.ts";
import { LIST_CONNECTION } from "../wire/connection-messages.ts";
import { encodeMessage } from "../wire/encode.ts";
import { textOf } from "../wire/members.ts";
import { cutPage, encodeItems, encodeLinks } from "./paging.ts";
import type { Operation, ServiceContext } from "./service-context.ts";
import type { ConnectionRecord } from "../data/store.ts";

/**
 * ListAppConnections: connections made with `flags.is_app`, by pages, without settings.
 * @remarks Source: `query` searches name and provider (vendor guides); that it ignores case is
 * inferred.
 */
export const listAppConnections: Operation = (context, request) => {
  const provider = textOf(request, "provider");
  const query = textOf(request, "query").toLowerCase();
  const matches = context.view
    .list()
    .filter(({ isApp }) => isApp)
    .filter(
      ({ connection }) =>
        provider === "" || connection["provider_key"] === provider,
    )
    .filter(({ connection }) => query === "" || isFound(connection, query));
  const { pageSizeMax, zeroValues } = context.switches;
  const { items, links } = cutPage(matches, request, {
    defaultSize: pageSizeMax,
    maxSize: pageSizeMax,
  });
  return {
    ...encodeItems(
      "connections",
      items.map((item) => encodeListed(context, item)),
      zeroValues,
    ),
    ...encodeLinks(links, zeroValues),
  };
};

/**
 * ListConnections: completed and enabled ones unless `include=all`; one reply, no pages.
 * @remarks Source: vendor OpenAPI document. Whether app connections appear is open; here they do.
 */
export const listConnections: Operation = (context, request) => {
  const isWide = textOf(request, "include") === "all";
  // Connections of an organization are login connections, which this environment has none of.
  const isOfOrganization =
    textOf(request, "organization_id") !== "" ||
    textOf(request, "domain") !== "";
  const matches = context.view
    .list()
    .filter(() => !isOfOrganization)
    .filter(
      ({ connection }) =>
        isWide ||
        (connection["status"] === "COMPLETED" &&
          connection["enabled"] === true),
    );
  return encodeItems(
    "connections",
    matches.map((item) => encodeListed(context, item)),
    context.switches.zeroValues,
  );
};

function isFound(connection: JsonObject, query: string): boolean {
  return ["key_id", "provider_key"].some((name) =>
    textOf(connection, name).toLowerCase().includes(query),
  );
}

function encodeListed(
  context: ServiceContext,
  { connection }: ConnectionRecord,
): JsonObject {
  const listed = Object.fromEntries(
    Object.entries(connection).filter(([name]) =>
      Object.hasOwn(LIST_CONNECTION.fields, name),
    ),
  );
  const created_at = textOf(connection, "create_time");
  return encodeMessage(
    LIST_CONNECTION,
    { ...listed, created_at },
    context.switches,
  );
}
