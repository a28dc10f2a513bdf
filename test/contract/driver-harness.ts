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
  /** True when the driver settles it itself; false for one that reports it and leaves it to the caller. */
  readonly settlesLostCreate: boolean;
}
