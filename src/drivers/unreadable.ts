import type { ListedConnection } from "../domain/connection.ts";
import { RemoteError } from "../domain/problem/error.ts";
import type { UnusableItem } from "../util/json-list.ts";

/** What is wrong with an item of a list, for people. Holds nothing of it. */
const ITEM_PROBLEMS: Readonly<Record<UnusableItem["problem"], string>> = {
  repeated: "the answer names a member twice there, so it says two things",
  unreadable:
    "the answer has half a character, a number without end or too deep a nest there",
  "no-object": "the answer has something else in the place of a connection",
};

/** Names of the members that say which connection an item is. */
interface IdentityMembers {
  readonly key: string;
  readonly id: string;
}

/** An item that cannot be used, with as much of its identity as is beyond doubt. */
export function unusableListed(
  { problem, texts }: UnusableItem,
  members: IdentityMembers,
): ListedConnection {
  return unreadableListed(
    {
      key: texts.get(members.key) ?? "",
      remoteId: texts.get(members.id) ?? "",
    },
    ITEM_PROBLEMS[problem],
  );
}

/** A list item of which nothing but its identity counts. */
export function unreadableListed(
  { key, remoteId }: Pick<ListedConnection, "key" | "remoteId">,
  problem: string,
): ListedConnection {
  return {
    key,
    remoteId,
    provider: "",
    authType: "",
    status: "",
    isEnabled: false,
    problem,
  };
}

/**
 * The answer about one connection cannot be used; nothing is concluded about it, and the others go
 * on.
 */
export function unreadableConnection(
  key: string,
  problem: string,
  route: string,
): RemoteError {
  return new RemoteError(
    "DRV062",
    key === ""
      ? "a connection of the API cannot be read"
      : `the connection "${key}" cannot be read`,
    {
      status: null,
      route,
      why: problem,
      fix: "look at it in the platform's dashboard, and save it there again",
      notDone: "nothing was concluded from it",
    },
  );
}

/**
 * Fails where a connection was not found among those that can be read, and one that cannot could be
 * it.
 * @throws RemoteError DRV062.
 */
export function assertNotHidden(
  key: string,
  unreadable: readonly ListedConnection[],
  route: string,
): void {
  const hiding = unreadable.find((one) => one.key === key || one.key === "");
  if (hiding === undefined) return;
  throw unreadableConnection(key, hiding.problem ?? "", route);
}
