import type {
  DesiredConnection,
  LiveConnection,
} from "../../domain/connection.ts";
import type { InventoryEntry } from "../../domain/state/inventory.ts";
import type { Pointer } from "../../domain/field/pointer.ts";

/** A connection that documents declare, with what is known about it elsewhere. */
export interface DeclaredPair {
  readonly kind: "declared";
  readonly key: string;
  readonly desired: DesiredConnection;
  readonly live: LiveConnection | null;
  /**
   * What we remember of the live object (or of one that is gone); `null` when the live one is not
   * ours or nothing is remembered.
   */
  readonly entry: InventoryEntry | null;
  /** Name of the live object, where the documents give it a new one. */
  readonly previousKey?: string;
  /** Fields that stay local. */
  readonly local: ReadonlySet<Pointer>;
}

/** A declared name that is taken by a connection we neither own nor can adopt. */
export interface ForeignPair {
  readonly kind: "foreign";
  readonly key: string;
  readonly desired: DesiredConnection;
  readonly live: LiveConnection;
}

/** A connection we own and no document declares, or only as a local one. */
export interface UndeclaredPair {
  readonly kind: "undeclared";
  readonly key: string;
  readonly entry: InventoryEntry;
  /** The object we own, when it still exists. */
  readonly live: LiveConnection | null;
  /** Another object that has the name now. */
  readonly stranger: LiveConnection | null;
  /** True when documents keep it as a wholly local connection. */
  readonly isLocal: boolean;
}

/** One connection seen from all sides. */
export type Pair = DeclaredPair | ForeignPair | UndeclaredPair;
