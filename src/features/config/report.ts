import type { JsonValue } from "../../domain/json.ts";

/** A setting, and where it comes from. */
export interface Setting {
  readonly name: string;
  /** Absent where nothing is set and there is no default. */
  readonly value?: JsonValue;
  /** `command line`, `default`, the name of a variable, or `file:line`. */
  readonly origin: string;
}

/** What counts in a folder. */
export interface ConfigView {
  readonly run: readonly Setting[];
  /** `null` where none was named. */
  readonly environment: {
    readonly name: string;
    readonly rules: readonly Setting[];
  } | null;
}
