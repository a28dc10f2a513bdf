import type { JsonObject } from "../domain/json.ts";
import {
  ACCOUNT_DETAILS_REPLY,
  ACCOUNT_DETAILS_REQUEST,
  LIST_ACCOUNTS_REPLY,
  LIST_ACCOUNTS_REQUEST,
  SEARCH_ACCOUNTS_REPLY,
  SEARCH_ACCOUNTS_REQUEST,
} from "./account-messages.ts";
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
  TOGGLE_REPLY,
  TOGGLE_REQUEST,
  UPDATE_REPLY,
  UPDATE_REQUEST,
} from "./connection-messages.ts";
import {
  createConnection,
  deleteConnection,
  disableConnection,
  enableConnection,
  getConnection,
} from "./connection-operations.ts";
import {
  acceptsStoredEnum,
  acceptsStoredMember,
  updateConnection,
} from "./connection-update.ts";
import { decodeMessage } from "./decode.ts";
import type { MessageSpec } from "./field-spec.ts";
import { textOf } from "./members.ts";
import {
  CREATE_PROVIDER_REQUEST,
  DELETE_PROVIDER_REQUEST,
  LIST_PROVIDERS_REQUEST,
  UPDATE_PROVIDER_REQUEST,
} from "./provider-messages.ts";
import {
  createCustomProvider,
  deleteCustomProvider,
  listProviders,
  updateCustomProvider,
} from "./provider-operations.ts";
import type { Operation, ServiceContext } from "./service-context.ts";

/** Name of an RPC that is served. */
export type RpcName =
  | "CreateEnvironmentConnection"
  | "GetEnvironmentConnection"
  | "UpdateEnvironmentConnection"
  | "DeleteEnvironmentConnection"
  | "EnableEnvironmentConnection"
  | "DisableEnvironmentConnection"
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
  /** Missing where the vendor has not published descriptors: then the RPC is on REST only. */
  readonly binding?: Binding;
}

function ofConnections(
  request: MessageSpec,
  run: Operation,
  reply: Binding["reply"],
): Rpc {
  const service = "scalekit.v1.connections.ConnectionService";
  return { request, run, binding: { service, reply } };
}

function ofAccounts(
  request: MessageSpec,
  run: Operation,
  reply: Binding["reply"],
): Rpc {
  const service = "scalekit.v1.connected_accounts.ConnectedAccountService";
  return { request, run, binding: { service, reply } };
}

/** Every RPC served, by the vendor's name. Transports look them up here; none of them knows a transport. */
export const RPCS: Readonly<Record<RpcName, Rpc>> = {
  CreateEnvironmentConnection: ofConnections(
    CREATE_REQUEST,
    createConnection,
    CREATE_REPLY,
  ),
  GetEnvironmentConnection: ofConnections(
    GET_REQUEST,
    getConnection,
    GET_REPLY,
  ),
  UpdateEnvironmentConnection: ofConnections(
    UPDATE_REQUEST,
    updateConnection,
    UPDATE_REPLY,
  ),
  DeleteEnvironmentConnection: ofConnections(
    DELETE_REQUEST,
    deleteConnection,
    "Empty",
  ),
  EnableEnvironmentConnection: ofConnections(
    TOGGLE_REQUEST,
    enableConnection,
    TOGGLE_REPLY,
  ),
  DisableEnvironmentConnection: ofConnections(
    TOGGLE_REQUEST,
    disableConnection,
    TOGGLE_REPLY,
  ),
  ListAppConnections: ofConnections(
    LIST_APP_REQUEST,
    listAppConnections,
    LIST_APP_REPLY,
  ),
  ListConnections: ofConnections(LIST_REQUEST, listConnections, LIST_REPLY),
  ListConnectedAccounts: ofAccounts(
    LIST_ACCOUNTS_REQUEST,
    listConnectedAccounts,
    LIST_ACCOUNTS_REPLY,
  ),
  SearchConnectedAccounts: ofAccounts(
    SEARCH_ACCOUNTS_REQUEST,
    searchConnectedAccounts,
    SEARCH_ACCOUNTS_REPLY,
  ),
  GetConnectedAccountDetails: ofAccounts(
    ACCOUNT_DETAILS_REQUEST,
    getAccountDetails,
    ACCOUNT_DETAILS_REPLY,
  ),
  CreateCustomProvider: {
    request: CREATE_PROVIDER_REQUEST,
    run: createCustomProvider,
  },
  UpdateCustomProvider: {
    request: UPDATE_PROVIDER_REQUEST,
    run: updateCustomProvider,
  },
  DeleteCustomProvider: {
    request: DELETE_PROVIDER_REQUEST,
    run: deleteCustomProvider,
  },
  ListProviders: { request: LIST_PROVIDERS_REQUEST, run: listProviders },
};

/** The request definition of an RPC, for transports that build messages from parts. */
export function requestSpecOf(rpc: RpcName): MessageSpec {
  return RPCS[rpc].request;
}

/**
 * Answers one RPC: decodes and validates the request, runs it, returns the reply message. Changes are kept before it returns.
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
