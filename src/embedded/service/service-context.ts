import type { CatalogueEntry } from "../../domain/catalogue/catalogue.ts";
import type { JsonObject } from "../../domain/json.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ReadView } from "../data/read-lag.ts";
import type { Store } from "../data/store.ts";
import type { Switches } from "../switches.ts";

/** What every operation of the service core works with. */
export interface ServiceContext {
  readonly store: Store;
  readonly view: ReadView;
  readonly switches: Switches;
  readonly clock: Clock;
  /** Seeded; for names, never for secrets. */
  readonly random: () => number;
  /** By `provider_key`. */
  readonly catalogue: ReadonlyMap<string, CatalogueEntry>;
  /** Address of the environment as the outside knows it; redirect URIs start with it. */
  readonly environmentUrl: string;
}

/** One RPC: a decoded request message in, a reply message out. Knows nothing of HTTP. */
export type Operation = (
  context: ServiceContext,
  request: JsonObject,
) => JsonObject;

/**
 * The time as the wire writes it. @remarks Source: proto3 JSON mapping: as few fractional digits as
 * the value needs, in threes.
 */
export function timestamp(context: ServiceContext): string {
  return new Date(context.clock.now()).toISOString().replace(".000Z", "Z");
}
