import type { CatalogueEntry } from "../domain/catalogue/catalogue.ts";
import type { JsonObject } from "../domain/json.ts";
import type { Clock } from "../ports/clock.ts";
import type { Processes } from "../ports/processes.ts";
import type { FaultRule } from "./faults/faults.ts";
import type { AccountSeed } from "./parse-switch.ts";
import type { RpcName } from "./service/service.ts";
import type { Switches } from "./switches.ts";

/** How to start an embedded API. */
export interface EmbeddedOptions {
  /**
   * Where the environment is kept. Without one it lives in memory and ends with {@link
   * EmbeddedApi.close}. One process at a time.
   */
  readonly dataFile?: string;
  /**
   * Tells whether a process that holds the data file is gone. Default: nobody knows, and it counts
   * as gone when it is silent for long.
   */
  readonly processes?: Processes;
  /** Port on 127.0.0.1; 0, the default, takes any free one. */
  readonly port?: number;
  /**
   * Speaks TLS, with a certificate made for this run: {@link EmbeddedApi.authority} is what clients
   * must trust.
   */
  readonly isTls?: boolean;
  /** The one client that gets tokens. */
  readonly clientId: string;
  readonly clientSecret: string;
  /** What the client may do (`sso:read`, `agent_connectors:write`); everything when absent. */
  readonly permissions?: readonly string[];
  /** The bearer token of the older dialect; without one that dialect is not served. */
  readonly apiToken?: string;
  readonly clock: Clock;
  /** Connectors the environment knows. */
  readonly catalogue: readonly CatalogueEntry[];
  readonly switches?: Partial<Switches>;
  readonly faults?: readonly FaultRule[];
  /** Connected accounts that connections of these names have at least, once they exist. */
  readonly accounts?: readonly AccountSeed[];
  /** Makes faults and names repeatable. Default 1. */
  readonly seed?: number;
  /**
   * Start of redirect URIs. Default: the origin when a port was asked for,
   * `https://embedded.example` otherwise.
   */
  readonly environmentUrl?: string;
  /** Told of each request once it has been answered or broken off. */
  readonly onRequest?: (record: RequestRecord) => void;
}

/** What is remembered of a request: no query, no header, no body. */
export interface RequestRecord {
  readonly method: string;
  readonly path: string;
  /** Status sent, or `null` when no reply was sent or it was broken off. */
  readonly status: number | null;
  /** True for every call but reads and the token endpoint. */
  readonly isWrite: boolean;
}

/** What an environment holds, with neither secrets nor masks. */
export interface Snapshot {
  readonly connections: readonly JsonObject[];
  readonly accounts: readonly JsonObject[];
  readonly providers: readonly JsonObject[];
  /** Connections of the older dialect. */
  readonly agents: readonly JsonObject[];
}

/**
 * A connection to start from: create's members and, in proto names, any setting. Secrets are taken
 * as the API would.
 */
export interface SeedConnection {
  readonly key_id: string;
  readonly provider_key: string;
  readonly type: string;
  /** Default true. */
  readonly isApp?: boolean;
  /** Merged over what create made, as by {@link EmbeddedApi.mutate}. */
  readonly patch?: JsonObject;
}

/** A running embedded API. */
export interface EmbeddedApi {
  /** `http://127.0.0.1:<port>`, or `https://…`. */
  readonly origin: string;
  /** Certificate of the authority that signed the server's, PEM; `undefined` without TLS. */
  readonly authority: string | undefined;
  /** The latest requests, oldest first; at most 100,000. */
  requests(): readonly RequestRecord[];
  clearRequests(): void;
  /** Replaces all faults and starts their schedule anew. */
  setFaults(faults: readonly FaultRule[]): void;
  snapshot(): Snapshot;
  /** Makes a connection without a request. @returns Its id. */
  seedConnection(seed: SeedConnection): string;
  /** Gives a connection accounts: so many, or ones with these members. */
  seedAccounts(keyId: string, accounts: number | readonly JsonObject[]): void;
  /**
   * Changes a connection as a person in the dashboard would: a merge patch in proto names; `null`
   * removes.
   */
  mutate(keyId: string, patch: JsonObject): void;
  /** Deletes a connection as a person in the dashboard would, its accounts with it. */
  remove(keyId: string): void;
  /**
   * True when the secret at this path (`oauth_config.client_secret`, `credentials.token` in the
   * older dialect) is exactly `text`. The only way to look at a secret.
   */
  holdsSecret(keyId: string, path: string, text: string): boolean;
  /** Answers one RPC without any transport, as {@link RpcName}; for transports and tests. */
  call(rpc: RpcName, request: JsonObject): JsonObject;
  /** Stops at once: open connections are cut, nothing is left running. Safe to call twice. */
  close(): Promise<void>;
}
