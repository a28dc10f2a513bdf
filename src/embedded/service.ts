import type { JsonObject } from "../domain/json.ts";
import {
  getConnectedAccount,
  listConnectedAccounts,
  searchConnectedAccounts,
} from "./account-operations.ts";
import { listAppConnections, listConnections } from "./connection-list.ts";
import {
  CONNECTION_ID_REQUEST,
  CREATE_REQUEST,
  LIST_APP_REQUEST,
  LIST_REQUEST,
  UPDATE_REQUEST,
} from "./connection-messages.ts";
import {
  createConnection,
  deleteConnection,
  disableConnection,
  enableConnection,
  getConnection,
} from "./connection-operations.ts";
import { acceptsStoredMember, updateConnection } from "./connection-update.ts";
import { decodeMessage } from "./decode.ts";
import type { MessageSpec } from "./field-spec.ts";
import { textOf } from "./members.ts";
import {
  CREATE_PROVIDER_REQUEST,
  DELETE_PROVIDER_REQUEST,
  GET_ACCOUNT_REQUEST,
  LIST_ACCOUNTS_REQUEST,
  LIST_PROVIDERS_REQUEST,
  SEARCH_ACCOUNTS_REQUEST,
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
  | "GetConnectedAccount"
  | "CreateCustomProvider"
  | "UpdateCustomProvider"
  | "DeleteCustomProvider"
  | "ListProviders";

/** One RPC of the service core. */
export interface Rpc {
  readonly request: MessageSpec;
  readonly run: Operation;
}

/** Every RPC served, by the vendor's name. Transports look them up here; none of them knows a transport. */
const RPCS: Readonly<Record<RpcName, Rpc>> = {
  CreateEnvironmentConnection: {
    request: CREATE_REQUEST,
    run: createConnection,
  },
  GetEnvironmentConnection: {
    request: CONNECTION_ID_REQUEST,
    run: getConnection,
  },
  UpdateEnvironmentConnection: {
    request: UPDATE_REQUEST,
    run: updateConnection,
  },
  DeleteEnvironmentConnection: {
    request: CONNECTION_ID_REQUEST,
    run: deleteConnection,
  },
  EnableEnvironmentConnection: {
    request: CONNECTION_ID_REQUEST,
    run: enableConnection,
  },
  DisableEnvironmentConnection: {
    request: CONNECTION_ID_REQUEST,
    run: disableConnection,
  },
  ListAppConnections: { request: LIST_APP_REQUEST, run: listAppConnections },
  ListConnections: { request: LIST_REQUEST, run: listConnections },
  ListConnectedAccounts: {
    request: LIST_ACCOUNTS_REQUEST,
    run: listConnectedAccounts,
  },
  SearchConnectedAccounts: {
    request: SEARCH_ACCOUNTS_REQUEST,
    run: searchConnectedAccounts,
  },
  GetConnectedAccount: {
    request: GET_ACCOUNT_REQUEST,
    run: getConnectedAccount,
  },
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
  const decoded = decodeMessage(RPCS[rpc].request, request, {
    unknownFields: context.switches.unknownFields,
    accepts: (path, name) => {
      if (rpc !== "UpdateEnvironmentConnection") return false;
      const id = textOf(request, "connection_id");
      return acceptsStoredMember(context.store.connections.get(id), path, name);
    },
  });
  return RPCS[rpc].run(context, decoded);
}
