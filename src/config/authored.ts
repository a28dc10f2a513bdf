import type { JsonObject } from "../domain/json.ts";
import type { Layer } from "../domain/location.ts";
import type { Composed } from "./compose.ts";
import type { ParsedDocument } from "./document.ts";
import type { Stack } from "./stack.ts";

/** One layer of a connection, as it stands in its file. */
export interface AuthoredLayer {
  readonly layer: Layer;
  readonly document: ParsedDocument;
}

/** A connection of an environment as people wrote it: what explaining, linting, importing and promoting start from. */
export interface AuthoredConnection {
  readonly key: string;
  /** From the lowest up. */
  readonly layers: readonly AuthoredLayer[];
  /** The layers put on each other, with variables and references as they are written. */
  readonly raw: JsonObject;
  /** Where each value comes from. */
  readonly stack: Stack;
}

/** The connection as it was written; `undefined` when an overlay could not be applied. */
export function authoredConnection({
  name,
  stack,
  value,
}: Composed): AuthoredConnection | undefined {
  if (value === undefined) return undefined;
  return {
    key: name,
    layers: stack.layers.map(({ document }) => ({
      layer: document.source.layer ?? "base",
      document,
    })),
    raw: value,
    stack,
  };
}
