import type { FieldValues } from "../../src/domain/connection.ts";
import type { Pointer } from "../../src/domain/field/pointer.ts";
import type { DriverCase } from "./driver-cases.ts";
import type { ConnectionsWriter } from "../../src/ports/connections-api.ts";

/** One driver under test, over an API that is empty. */
export interface DriverHarness {
  readonly driver: ConnectionsWriter;
  /** Another driver on the same API: what another process would see. */
  another(): ConnectionsWriter;
  setAccounts(key: string, count: number): void;
  /** Loses the answer of the next create, before or after it takes effect. */
  loseNextCreate(when: "before" | "after"): void;
  /** Everything the driver wrote anywhere but to the API: traces. */
  written(): string;
  close(): Promise<void>;
}

/** What a driver does about a create whose answer is lost. */
export interface DriverTraits {
  /**
   * True when the driver settles it itself; false for one that reports it and leaves it to the
   * caller.
   */
  readonly settlesLostCreate: boolean;
  /** The connections it must be able to hold, and those the suite changes. */
  readonly subjects: DriverSubjects;
}

/** What the suite works with: an API need not have every field, only keep those it has. */
export interface DriverSubjects {
  readonly cases: readonly DriverCase[];
  /** With many settings: the one that is changed. */
  readonly rich: DriverCase;
  /** Other values for fields of the rich one. */
  readonly changed: FieldValues;
  /** One field of the rich one with another value. */
  readonly onlyThis: FieldValues;
  /** Fields of the rich one that are emptied. */
  readonly emptied: readonly Pointer[];
  /** With next to nothing but a name. */
  readonly plain: DriverCase;
  /** With a custom provider, for APIs that have them. */
  readonly custom: DriverCase | null;
  /** False for an API whose handle is the name, so that a rename changes it. */
  readonly keepsHandle: boolean;
}
