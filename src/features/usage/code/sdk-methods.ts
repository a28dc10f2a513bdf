/** Parts of the vendor's client that take connection names. */
export type Section = "actions" | "accounts" | "tools" | "mcp" | "framework";

/** The member of a client (or of another section) that leads to a section, in both languages. */
export const SECTION_MEMBERS: ReadonlyMap<string, Section> = new Map([
  ["actions", "actions"],
  ["connect", "actions"], // what the Python client called `actions` before
  ["connectedAccounts", "accounts"],
  ["connected_accounts", "accounts"],
  ["tools", "tools"],
  ["mcp", "mcp"],
  ["langchain", "framework"],
  ["google", "framework"],
]);

/** How a method takes a connection name. */
export interface NameParameter {
  /** Members on the way: `["filter", "connectionNames"]`. */
  readonly path: readonly string[];
  /**
   * Position of the argument where it may be given without a name (Python). Positions moved between
   * releases, so this is weak evidence.
   */
  readonly position?: number;
  /** The SDK's own documentation leaves open whether this is a connection name. */
  readonly isUncertain?: true;
}

const one = (name: string, position?: number): NameParameter => ({
  path: [name],
  ...(position === undefined ? {} : { position }),
});
const perhaps = (name: string): NameParameter => ({
  path: [name],
  isUncertain: true,
});

/**
 * Methods of the SDKs that take connection names.
 * @remarks Source: declarations of `@scalekit-sdk/node` 2.11.0 (lib/actions.d.ts,
 * lib/connected-accounts.d.ts, lib/tools.d.ts) and `scalekit/actions/actions.py`,
 * `scalekit/connected_accounts.py`, `scalekit/actions/frameworks` of
 * scalekit-inc/scalekit-sdk-python, read in November 2026. `connector` of an account call is the
 * connection name; of `executeTool` the documentation says "connector/provider name".
 */
const METHODS: Readonly<
  Record<Section, Readonly<Record<string, readonly NameParameter[]>>>
> = {
  actions: {
    getAuthorizationLink: [one("connectionName")],
    listConnectedAccounts: [one("connectionName"), one("connectionNames")],
    deleteConnectedAccount: [one("connectionName")],
    getConnectedAccount: [one("connectionName")],
    createConnectedAccount: [one("connectionName")],
    getOrCreateConnectedAccount: [one("connectionName")],
    upsertConnectedAccount: [one("connectionName")],
    updateConnectedAccount: [one("connectionName")],
    request: [one("connectionName"), one("connection_name")],
    executeTool: [perhaps("connector")],
    get_authorization_link: [one("connection_name", 1)],
    list_connected_accounts: [
      one("connection_name", 0),
      one("connection_names"),
    ],
    delete_connected_account: [one("connection_name", 0)],
    get_connected_account: [one("connection_name", 0)],
    create_connected_account: [one("connection_name", 0)],
    get_or_create_connected_account: [one("connection_name", 0)],
    upsert_connected_account: [one("connection_name", 0)],
    update_connected_account: [one("connection_name", 0)],
    execute_tool: [perhaps("connector")],
  },
  accounts: {
    listConnectedAccounts: [one("connector"), one("connectionNames")],
    createConnectedAccount: [one("connector")],
    getOrCreateConnectedAccount: [one("connector")],
    upsertConnectedAccount: [one("connector")],
    updateConnectedAccount: [one("connector")],
    deleteConnectedAccount: [one("connector")],
    getMagicLinkForConnectedAccount: [one("connector")],
    getConnectedAccountByIdentifier: [one("connector")],
    list_connected_accounts: [one("connector"), one("connection_names")],
    create_connected_account: [one("connector", 0)],
    update_connected_account: [one("connector", 0)],
    delete_connected_account: [one("connector", 0)],
    get_magic_link_for_connected_account: [one("connector", 0)],
    get_connected_account_by_identifier: [one("connector", 0)],
  },
  tools: {
    executeTool: [perhaps("connector")],
    execute_tool: [perhaps("connector")],
    listScopedTools: [{ path: ["filter", "connectionNames"] }],
  },
  mcp: {},
  framework: {
    get_tools: [one("connection_names")],
  },
};

/** Classes of the Python SDK that hold connection names. */
const CLASSES: Readonly<Record<string, readonly NameParameter[]>> = {
  McpConfigConnectionToolMapping: [one("connection_name")],
  ToolMapping: [one("connection_name")],
  ScopedToolFilter: [one("connection_names")],
};

/** How a method of a section takes connection names; none for any other method. */
export function parametersOf(
  section: Section,
  method: string,
): readonly NameParameter[] {
  return ownOf(METHODS[section], method);
}

/** How a class of the SDK takes connection names. */
export function parametersOfClass(name: string): readonly NameParameter[] {
  return ownOf(CLASSES, name);
}

/**
 * Whether any section has a method, or the SDK a class, of this name: a call of anything else need
 * not be looked at.
 */
export function isKnownCall(name: string): boolean {
  return (
    Object.hasOwn(CLASSES, name) ||
    Object.values(METHODS).some((methods) => Object.hasOwn(methods, name))
  );
}

function ownOf(
  table: Readonly<Record<string, readonly NameParameter[]>>,
  name: string,
): readonly NameParameter[] {
  return Object.hasOwn(table, name) ? (table[name] ?? []) : [];
}
