import type { Capabilities } from "../domain/capability.ts";
import type { CatalogueEntry } from "../domain/catalogue/catalogue.ts";
import type { WirePreview } from "../domain/field/wire-place.ts";
import type { Secret } from "../domain/secret/secret.ts";
import type { Clock } from "./clock.ts";
import type {
  ConnectionsReader,
  ConnectionsWriter,
} from "./connections-api.ts";
import type { HttpClient } from "./http-client.ts";

/** Names of the variables that a driver's credentials are read from. */
export interface DriverVariables {
  /** Public half of a pair; `null` where the secret is a token that needs none. */
  readonly id: string | null;
  readonly secret: string;
  /** Those that say which host the others belong to. */
  readonly boundBy: readonly string[];
}

/** A token that proves who we are, for a while. */
export interface HeldToken {
  readonly text: Secret;
  /** Milliseconds since 1970. */
  readonly renewAt: number;
}

/**
 * Tokens that outlive the drivers which asked for them, in one process. The key holds host and
 * credentials, so that none serves another environment.
 */
export type TokenShelf = Map<string, HeldToken>;

/** What a driver is made from. */
export interface DriverOptions {
  readonly http: HttpClient;
  readonly clock: Clock;
  /** Where tokens are kept; by default they end with the driver. */
  readonly tokens?: TokenShelf;
  readonly catalogue: readonly CatalogueEntry[];
  /** As plans and state record the host. */
  readonly apiHost: string;
  /** What proves who we are; `id` is `null` where its variable is. */
  readonly credentials: { readonly id: string | null; readonly secret: Secret };
}

/**
 * What a driver's folder exports as `driver`: all that an environment needs of it, so that nothing
 * else knows its name.
 */
export interface DriverDefinition {
  /**
   * The variables of one environment alone, or with `null` those that serve whichever environment
   * is named.
   * @param part - the environment's name as variables spell it.
   */
  readonly variables: (part: string | null) => DriverVariables;
  readonly capabilities: Capabilities;
  /** What the API cannot represent, without a connection to it. */
  readonly audit: (
    catalogue: readonly CatalogueEntry[],
  ) => ConnectionsReader["audit"];
  /** Where fields of connections go on the wire, without a connection to it. */
  readonly preview: (catalogue: readonly CatalogueEntry[]) => WirePreview;
  /** Makes no request before the first call. */
  readonly create: (options: DriverOptions) => ConnectionsWriter;
}
