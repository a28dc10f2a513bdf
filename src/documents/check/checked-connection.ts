import type { JsonObject } from "../../domain/json.ts";
import type { Stack } from "../read/stack.ts";

/** A connection that satisfies its schema, with its layers. */
export interface CheckedConnection {
  readonly name: string;
  readonly value: JsonObject;
  readonly stack: Stack;
}
