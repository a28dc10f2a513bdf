import type { JsonObject } from "../../domain/json.ts";
import type { Layer } from "../../domain/problem/location.ts";
import type { Composed } from "./compose.ts";
import type { ParsedDocument } from "../read/document.ts";
import type { Stack } from "../read/stack.ts";

/** One layer of a connection, as it stands in its file. */
export interface AuthoredLayer {
  readonly layer: Layer;
  readonly document: ParsedDocument;
}

/**
 * A connection of an environment as people wrote it: what explaining, linting, importing and
 * promoting start from.
 */
export interface AuthoredConnection {
  readonly key: string;
  /** From the lowest up. */
  readonly layers: readonly AuthoredLayer[];
  /** The layers put on each other, with variables and references as they are written. */
  readonly raw: JsonObject;
  /**
   * The same with variables and references replaced as far as they could be; a secret field keeps
   * its reference.
   */
  readonly resolved: JsonObject;
  /** Where each value comes from. */
  readonly stack: Stack;
}

/** A composed connection as it was written. */
export function authoredConnection(
  { name, stack }: Composed,
  raw: JsonObject,
  resolved: JsonObject = raw,
): AuthoredConnection {
  // A document with fields and operations is two layers of the stack and one file.
  const documents = new Set(stack.layers.map(({ document }) => document));
  return {
    key: name,
    layers: [...documents].map((document) => ({
      layer: document.source.layer ?? "base",
      document,
    })),
    raw,
    resolved,
    stack,
  };
}
