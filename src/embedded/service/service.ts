import type { JsonObject } from "../../domain/json.ts";
import {
  ACCOUNT_DETAILS_REPLY,
  ACCOUNT_DETAILS_REQUEST,
  LIST_ACCOUNTS_REPLY,
  LIST_ACCOUNTS_REQUEST,
  SEARCH_ACCOUNTS_REPLY,
  SEARCH_ACCOUNTS_REQUEST,
} from "../wire/account-messages.ts";
import {
  getAccountDetails,
  listConnectedAccounts,
  searchConnectedAccounts,
} from "./account-operations.ts";
import { listAppConnections, listConnections } from "./connection-list.ts";
import {
  CREATE_REPLY,
  CREATE_REQUEST,
  DELETE_REQUEST,
  GET_REPLY,
  GET_REQUEST,
  LIST_APP_REPLY,
  LIST_APP_REQUEST,
  LIST_REPLY,
  LIST_REQUEST,
  TEST_RESULT_REPLY,
  TEST_RESULT_REQUEST,
  TOGGLE_REPLY,
  TOGGLE_REQUEST,
  UPDATE_REPLY,
  UPDATE_REQUEST,
} from "../wire/connection-messages.ts";
import {
  createConnection,
  deleteConnection,
  disableConnection,
  enableConnection,
  getConnection,
  getTestResult,
} from "./connection-operations.ts";
import {
  acceptsStoredEnum,
  acceptsStoredMember,
  updateConnection,
} from "./connection-update.ts";
import { decodeMessage } from "../wire/decode.ts";
import type { MessageSpec } from "../wire/field-spec.ts";
import { textOf } from "../wire/members.ts";
import {
  CREATE_PROVIDER_REPLY,
  CREATE_PROVIDER_REQUEST,
  DELETE_PROVIDER_REPLY,
  DELETE_PROVIDER_REQUEST,
  LIST_PROVIDERS_REPLY,
  LIST_PROVIDERS_REQUEST,
  UPDATE_PROVIDER_REPLY,
  UPDATE_PROVIDER_REQUEST,
} from "../wire/provider-messages.ts";
import {
  createCustomProvider,
  deleteCustomProvider,
  listProviders,
  updateCustomProvider,
} from "./provider-operations.ts";
import type { Operation, ServiceContext } from "./service-context.ts";
import { permissionDenied } from "../wire/status.ts";

/** Name of an RPC that is served. */
export type RpcName =
  | "CreateEnvironmentConnection"
  | "GetEnvironmentConnection"
  | "UpdateEnvironmentConnection"
  | "DeleteEnvironmentConnection"
  | "EnableEnvironmentConnection"
  | "DisableEnvironmentConnection"
  | "GetConnectionTestResult"
  | "ListAppConnections"
  | "ListConnections"
  | "ListConnectedAccounts"
  | "SearchConnectedAccounts"
  | "GetConnectedAccountDetails"
  | "CreateCustomProvider"
  | "UpdateCustomProvider"
  | "DeleteCustomProvider"
  | "ListProviders";

/** Where an RPC is on the binary wire. */
export interface Binding {
  /** Full name of the vendor's service. */
  readonly service: string;
  /** The empty message where a reply says nothing. */
  readonly reply: MessageSpec | "Empty";
}

/** One RPC of the service core. */
export interface Rpc {
  readonly request: MessageSpec;
  readonly run: Operation;
  readonly binding: Binding;
  /** A client needs one of these. */
  readonly permissions: readonly string[];
}

/** A service of the vendor, by its full name: gives what makes an RPC of it. */
function serviceOf(service: string): (permissions: string) => Rpcs {
  return (permissions) => (request, run, reply) => ({
    request,
    run,
    binding: { service, reply },
    permissions: permissions.split("|"),
  });
}

type Rpcs = (
  request: MessageSpec,
  run: Operation,
  reply: Binding["reply"],
) => Rpc;

const connections = serviceOf("scalekit.v1.connections.ConnectionService");
const accounts = serviceOf(
  "scalekit.v1.connected_accounts.ConnectedAccountService",
);
const providers = serviceOf("scalekit.v1.providers.ProviderService");
const readSso = connections("sso:read");
const writeSso = connections("sso:write");
const readAccounts = accounts("connected_accounts:read");
const writeProviders = providers("agent_connectors:write");

/**
 * Every RPC served, by the vendor's name. Transports look them up here; none of them knows a
 * transport.
 * @remarks Source for the permissions: docs/drivers/scalekit-api.md section 24.
 */
export const RPCS: Readonly<Record<RpcName, Rpc>> = {
  CreateEnvironmentConnection: writeSso(
    CREATE_REQUEST,
    createConnection,
    CREATE_REPLY,
  ),
  GetEnvironmentConnection: readSso(GET_REQUEST, getConnection, GET_REPLY),
  UpdateEnvironmentConnection: writeSso(
    UPDATE_REQUEST,
    updateConnection,
    UPDATE_REPLY,
  ),
  DeleteEnvironmentConnection: writeSso(
    DELETE_REQUEST,
    deleteConnection,
    "Empty",
  ),
  EnableEnvironmentConnection: writeSso(
    TOGGLE_REQUEST,
    enableConnection,
    TOGGLE_REPLY,
  ),
  DisableEnvironmentConnection: writeSso(
    TOGGLE_REQUEST,
    disableConnection,
    TOGGLE_REPLY,
  ),
  GetConnectionTestResult: readSso(
    TEST_RESULT_REQUEST,
    getTestResult,
    TEST_RESULT_REPLY,
  ),
  ListAppConnections: connections("agent_connectors:read")(
    LIST_APP_REQUEST,
    listAppConnections,
    LIST_APP_REPLY,
  ),
  ListConnections: connections("connections_read|sso:read")(
    LIST_REQUEST,
    listConnections,
    LIST_REPLY,
  ),
  ListConnectedAccounts: readAccounts(
    LIST_ACCOUNTS_REQUEST,
    listConnectedAccounts,
    LIST_ACCOUNTS_REPLY,
  ),
  SearchConnectedAccounts: readAccounts(
    SEARCH_ACCOUNTS_REQUEST,
    searchConnectedAccounts,
    SEARCH_ACCOUNTS_REPLY,
  ),
  GetConnectedAccountDetails: readAccounts(
    ACCOUNT_DETAILS_REQUEST,
    getAccountDetails,
    ACCOUNT_DETAILS_REPLY,
  ),
  CreateCustomProvider: writeProviders(
    CREATE_PROVIDER_REQUEST,
    createCustomProvider,
    CREATE_PROVIDER_REPLY,
  ),
  UpdateCustomProvider: writeProviders(
    UPDATE_PROVIDER_REQUEST,
    updateCustomProvider,
    UPDATE_PROVIDER_REPLY,
  ),
  DeleteCustomProvider: writeProviders(
    DELETE_PROVIDER_REQUEST,
    deleteCustomProvider,
    DELETE_PROVIDER_REPLY,
  ),
  ListProviders: providers("agent_connectors:read")(
    LIST_PROVIDERS_REQUEST,
    listProviders,
    LIST_PROVIDERS_REPLY,
  ),
};

/** Every permission that some RPC served here asks for, sorted. */
export const PERMISSIONS: readonly string[] = [
  ...new Set(Object.values(RPCS).flatMap(({ permissions }) => permissions)),
].sort();

/**
 * RPCs of the vendor that no client credentials may call, by service and name. @remarks Source: as
 * above.
 */
export const FORBIDDEN: ReadonlySet<string> = new Set(
  [
    "connections.ConnectionService/GetConnectionContext",
    "connections.ConnectionService/UpdateConnectionContext",
    "connected_accounts.ConnectedAccountService/AuthorizeOrgWideCredential",
    "connected_accounts.ConnectedAccountService/CreateRedirectUrl",
    "connected_accounts.ConnectedAccountService/DisconnectMyConnectedAccount",
    "connected_accounts.ConnectedAccountService/GetMyConnectionMagicLink",
    "connected_accounts.ConnectedAccountService/GetRedirectUrl",
    "connected_accounts.ConnectedAccountService/ListMyAppConnections",
    "providers.ProviderService/ListMyProviders",
  ].map((name) => `scalekit.v1.${name}`),
);

/**
 * Checks that a client may make a call.
 * @param held - its permissions; `undefined` for all there are.
 * @throws StatusError PERMISSION_DENIED, with the permissions of which one is needed.
 */
export function assertPermitted(
  rpc: RpcName,
  held: readonly string[] | undefined,
): void {
  const { permissions } = RPCS[rpc];
  if (held === undefined || permissions.some((each) => held.includes(each)))
    return;
  throw permissionDenied(permissions);
}

/** The request definition of an RPC, for transports that build messages from parts. */
export function requestSpecOf(rpc: RpcName): MessageSpec {
  return RPCS[rpc].request;
}

/**
 * Answers one RPC: decodes and validates the request, runs it, returns the reply message. Changes
 * are kept before it returns.
 * @throws StatusError for every refusal.
 */
export function callRpc(
  context: ServiceContext,
  rpc: RpcName,
  request: JsonObject,
): JsonObject {
  const { unknownFields, fieldSet } = context.switches;
  const { request: spec, run } = RPCS[rpc];
  if (rpc !== "UpdateEnvironmentConnection") {
    return run(
      context,
      decodeMessage(spec, request, { unknownFields, fieldSet }),
    );
  }
  const stored = context.store.connections.get(
    textOf(request, "connection_id"),
  );
  const decoded = decodeMessage(spec, request, {
    unknownFields,
    fieldSet,
    accepts: (path, name) => acceptsStoredMember(stored, path, name),
    acceptsEnum: (path, name) => acceptsStoredEnum(stored, path, name),
  });
  return run(context, decoded);
}
