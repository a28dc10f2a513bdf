import type { Diagnostic } from "../../domain/problem/diagnostic.ts";
import type { EnvironmentRules } from "../../domain/environment.ts";
import type { FieldRule } from "../../domain/field/field.ts";
import type { JsonValue } from "../../domain/json.ts";
import type { Layer, SourceLocation } from "../../domain/problem/location.ts";
import type { WirePlace } from "../../domain/field/wire-place.ts";

/**
 * What one layer says about a field. `value` is absent where it takes the field away or changes a
 * part, and for what must not be shown.
 */
export interface LayerSaying {
  readonly kind: "sets" | "removes" | "changes";
  readonly value?: JsonValue;
  readonly location: SourceLocation;
}

/** A part of a list or map, with where it was written. */
export interface ExplainedItem {
  /** Name in a map; `null` in a list. */
  readonly member: string | null;
  readonly value: JsonValue;
  readonly location: SourceLocation;
  /** What lower layers say about the same member. */
  readonly hides: readonly LayerSaying[];
}

/** A variable a value is made of. */
export interface ExplainedVariable {
  readonly name: string;
  /** Absent for one that is not defined, and for what must not be shown. */
  readonly value?: JsonValue;
  readonly location?: SourceLocation;
}

/** Where one field of a connection comes from and where it goes. */
export interface ExplainedField {
  readonly rule: FieldRule;
  /**
   * `removed`: a layer took away what a lower one set; `unset`: no layer says anything; `withheld`:
   * set to something that must not be shown.
   */
  readonly status: "set" | "removed" | "unset" | "withheld";
  /** With references resolved; of a secret the reference. */
  readonly value?: JsonValue;
  /** As it is written, where references were replaced. */
  readonly written?: JsonValue;
  /** Where it was set or taken away; absent where nobody says anything. */
  readonly location?: SourceLocation;
  /** What lower layers say, from the highest down. */
  readonly hides: readonly LayerSaying[];
  readonly items: readonly ExplainedItem[];
  readonly variables: readonly ExplainedVariable[];
  /** Environment variables of the machine that gave the value. */
  readonly machineVariables: readonly string[];
  readonly wire: WirePlace;
}

/** A connection of an environment, explained as far as its documents could be composed. */
export interface Explanation {
  readonly environment: string;
  readonly connection: string;
  readonly provider: string;
  readonly authType: string;
  /** From the lowest up. */
  readonly layers: readonly {
    readonly layer: Layer;
    readonly location: SourceLocation;
  }[];
  /** The field or group that was asked about; `null` for the whole connection. */
  readonly asked: string | null;
  readonly fields: readonly ExplainedField[];
  /** What the environment does with fields its API has no place for. */
  readonly unrepresentable: EnvironmentRules["unrepresentable"];
  /** Problems of the files it is made of. */
  readonly diagnostics: readonly Diagnostic[];
}
