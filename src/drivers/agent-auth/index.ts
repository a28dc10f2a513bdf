/**
 * The driver for the older dialect of the vendor's API: `/v1/connect/connections` behind a bearer
 * token. The vendor documents its create call and its words; everything else is inferred and says
 * so, and none of it leaves this folder.
 */
import { UNKNOWN_ACCOUNTS } from "../../domain/account.ts";
import type { CatalogueEntry } from "../../domain/catalogue/catalogue.ts";
import type { LiveConnection } from "../../domain/connection.ts";
import type { Secret } from "../../domain/secret/secret.ts";
import type { Clock } from "../../ports/clock.ts";
import type {
  ConnectionsWriter,
  StepRequest,
  StepResult,
} from "../../ports/connections-api.ts";
import type { DriverDefinition } from "../../ports/driver.ts";
import type { HttpClient } from "../../ports/http-client.ts";
import { guardWrites } from "../api-client.ts";
import { auditConnections } from "./audit.ts";
import { CAPABILITIES } from "./capabilities.ts";
import {
  createApiClient,
  GET_ROUTE,
  listConnections,
  readConnection,
  shapeProblem,
  type WireConnection,
} from "./client.ts";
import { unreadableConnection } from "../unreadable.ts";
import { previewAgentAuth } from "./wire-places.ts";
import { decodeListed, decodeLive } from "./codec.ts";
import {
  configureConnection,
  createConnection,
  deleteConnection,
  refuseStep,
  type StepApi,
} from "./steps.ts";

export { previewAgentAuth } from "./wire-places.ts";

/** What the driver is made from. */
export interface AgentAuthDriverOptions {
  readonly http: HttpClient;
  /** The API token, sent as it is. How the vendor hands one out is not documented. */
  readonly token: Secret;
  /** As plans and state record the host: `api.scalekit.com`, or `embedded`. */
  readonly apiHost: string;
  readonly clock: Clock;
  readonly catalogue: readonly CatalogueEntry[];
}

/** The audit alone, for checking documents without a connection to any API. */
export function createAgentAuthAudit(
  catalogue: AgentAuthDriverOptions["catalogue"],
): ConnectionsWriter["audit"] {
  return (connections) => auditConnections(connections, catalogue);
}

/**
 * The `agent-auth` driver; see the obligations of the ports. No request is made before the first
 * call.
 */
export function createAgentAuthDriver(
  options: AgentAuthDriverOptions,
): ConnectionsWriter {
  const wires = new WeakMap<LiveConnection, WireConnection>();
  const api = createApiClient(options);
  const decode = (wire: WireConnection): LiveConnection => {
    const live = decodeLive(wire);
    wires.set(live, wire);
    return live;
  };
  const stepApi: StepApi = {
    ...api,
    wireOf: (live) => (live === undefined ? undefined : wires.get(live)),
    shownBy: (wire, { isEquivocal }) =>
      isEquivocal === true || shapeProblem(wire) !== undefined
        ? undefined
        : decode(wire),
  };
  const readLive = async (
    id: string,
    signal: AbortSignal,
  ): Promise<LiveConnection | null> => {
    const wire = await readConnection(api, id, signal);
    if (wire === null) return null;
    const problem = shapeProblem(wire);
    if (problem === undefined) return decode(wire);
    throw unreadableConnection(id, problem, GET_ROUTE);
  };
  return {
    driver: "agent-auth",
    apiHost: options.apiHost,
    capabilities: CAPABILITIES,
    audit: (connections) => auditConnections(connections, options.catalogue),
    async *listPages(signal) {
      for await (const page of listConnections(api, signal))
        yield [...page.connections.map(decodeListed), ...page.unreadable];
    },
    // Fails with DRV062 for one that is not what the API says.
    get: (listed, signal) => readLive(listed.remoteId, signal),
    find: readLive,
    // The dialect has no accounts, and 0 would be a claim.
    readAccounts: (keys) =>
      Promise.resolve(new Map(keys.map((key) => [key, UNKNOWN_ACCOUNTS]))),
    examinePermissions: () => Promise.resolve([]),
    execute: (request, signal) =>
      executeStep(guardWrites(stepApi, request), request, signal),
  };
}

/** How environments use it. */
export const driver: DriverDefinition = {
  variables: (part) => {
    const prefix = part === null ? "TIELINE_API" : `TIELINE_API_${part}`;
    return { id: null, secret: `${prefix}_TOKEN`, boundBy: [`${prefix}_URL`] };
  },
  capabilities: CAPABILITIES,
  audit: createAgentAuthAudit,
  preview: () => previewAgentAuth,
  create: ({ credentials, ...options }) =>
    createAgentAuthDriver({ ...options, token: credentials.secret }),
};

function executeStep(
  api: StepApi,
  request: StepRequest,
  signal: AbortSignal,
): Promise<StepResult> {
  switch (request.step) {
    case "create":
      return createConnection(api, request, signal);
    case "configure":
      return configureConnection(api, request, signal);
    case "delete":
      return deleteConnection(api, request, signal);
    case "enable":
    case "disable":
    case "create_provider":
    case "update_provider":
    case "delete_provider":
      return Promise.reject(refuseStep(request));
  }
}
