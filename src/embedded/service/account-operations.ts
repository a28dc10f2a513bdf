import type { JsonObject } from "../../domain/json.ts";
import { CONNECTED_ACCOUNT, LISTED_ACCOUNT } from "../wire/account-messages.ts";
import { encodeMessage } from "../wire/encode.ts";
import type { MessageSpec } from "../wire/field-spec.ts";
import { itemsOf, textOf } from "../wire/members.ts";
import { cutPage, encodeItems, encodeLinks } from "./paging.ts";
import type { Operation, ServiceContext } from "./service-context.ts";
import { invalidArgument, notFound } from "../wire/status.ts";

/**
 * Page of the account list nobody gave a size. @remarks Source: descriptors: below 100; the default
 * is inferred.
 */
const PAGE_LIMITS = { defaultSize: 30, maxSize: 99 } as const;

/** Members an account is filtered by with an equal-to. */
const EQUAL_FILTERS = ["provider", "identifier", "connector"] as const;

/** ListConnectedAccounts: never a credential. */
export const listConnectedAccounts: Operation = (context, request) => {
  const names = itemsOf(request, "connection_names");
  if (names.length > 0 && textOf(request, "connector") !== "") {
    throw invalidArgument("connection_names and connector exclude each other");
  }
  // Accounts here belong to no organization or user.
  const isElsewhere =
    textOf(request, "organization_id") !== "" ||
    textOf(request, "user_id") !== "";
  const query = textOf(request, "query");
  const matches = listAccounts(context)
    .filter(() => !isElsewhere)
    .filter(
      (account) =>
        names.length === 0 || names.includes(textOf(account, "connector")),
    )
    .filter((account) =>
      EQUAL_FILTERS.every((name) => hasValue(account, name, request)),
    )
    .filter((account) => query === "" || isFound(account, query))
    .filter((account) => isOfKind(account, request));
  return encodeAccounts(context, matches, request);
};

/** SearchConnectedAccounts: needs a query, so it cannot enumerate. */
export const searchConnectedAccounts: Operation = (context, request) => {
  const matches = listAccounts(context)
    .filter((account) => hasValue(account, "connection_id", request))
    .filter((account) => isFound(account, textOf(request, "query")));
  return encodeAccounts(context, matches, request);
};

/**
 * GetConnectedAccountDetails: one account, by id or by connection name and identifier, without
 * credentials.
 */
export const getAccountDetails: Operation = (context, request) => {
  const [account] = ["id", "identifier"].some(
    (name) => textOf(request, name) !== "",
  )
    ? listAccounts(context).filter((candidate) =>
        ["id", "connector", "identifier"].every((name) =>
          hasValue(candidate, name, request),
        ),
      )
    : [];
  if (account === undefined) throw notFound("connected account");
  return {
    connected_account: encodeAccount(context, CONNECTED_ACCOUNT, account),
  };
};

function listAccounts(context: ServiceContext): readonly JsonObject[] {
  return [...context.store.accounts.values()].map(({ message }) => message);
}

/** True when the request does not ask for a value of this member, or asks for the account's. */
function hasValue(
  account: JsonObject,
  name: string,
  request: JsonObject,
): boolean {
  const asked = textOf(request, name);
  return asked === "" || account[name] === asked;
}

/** The one shared credential of a connection, the users' own accounts, or both. */
function isOfKind(account: JsonObject, request: JsonObject): boolean {
  const asked = request["is_org_wide_credential"];
  return (
    typeof asked !== "boolean" ||
    asked === (account["is_org_wide_credential"] === true)
  );
}

function isFound(account: JsonObject, query: string): boolean {
  const wanted = query.toLowerCase();
  return ["identifier", "connector", "provider"].some((name) =>
    textOf(account, name).toLowerCase().includes(wanted),
  );
}

function encodeAccounts(
  context: ServiceContext,
  matches: readonly JsonObject[],
  request: JsonObject,
): JsonObject {
  const { zeroValues } = context.switches;
  const { items, links } = cutPage(matches, request, PAGE_LIMITS);
  const accounts = items.map((item) =>
    encodeAccount(context, LISTED_ACCOUNT, item),
  );
  return {
    ...encodeItems("connected_accounts", accounts, zeroValues),
    ...encodeLinks(links, zeroValues),
  };
}

/** Only members of the definition: whatever else an account was seeded with stays inside. */
function encodeAccount(
  context: ServiceContext,
  spec: MessageSpec,
  account: JsonObject,
): JsonObject {
  const shown = Object.fromEntries(
    Object.entries(account).filter(([name]) =>
      Object.hasOwn(spec.fields, name),
    ),
  );
  return encodeMessage(spec, shown, context.switches);
}
