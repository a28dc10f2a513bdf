import { InternalError } from "../../domain/problem/error.ts";
import {
  segmentsOf,
  pointerOf,
  type Pointer,
} from "../../domain/field/pointer.ts";
import {
  placeAt,
  placeOfDocument,
  type ParsedDocument,
  type Part,
  type Place,
} from "./document.ts";

/** What one operation of a patch wrote. */
export interface PatchWrite {
  readonly pointer: Pointer;
  readonly place: Place;
  /** The operation in its document: `/$patch/0`. */
  readonly at: Pointer;
}

/** One layer of a connection, and for patches where each operation put its value. */
export interface StackLayer {
  readonly document: ParsedDocument;
  /**
   * Set when the layer is a list of patch operations: pointer each one wrote, and its place, in
   * order.
   */
  readonly writes?: readonly PatchWrite[];
}

/**
 * The layers a connection was composed from, from the lowest up. Answers where a value of the
 * composed document was written.
 */
export interface Stack {
  readonly layers: readonly StackLayer[];
  /** Values that a variable gave as a whole: where the variable is defined. */
  readonly variables: Map<Pointer, Place>;
}

/**
 * Where a value of the composed document was set: the highest layer that has it, else that of the
 * nearest thing around it.
 */
export function originOf(
  stack: Stack,
  pointer: Pointer,
  part: Part = "value",
): Place {
  const variable = part === "value" ? stack.variables.get(pointer) : undefined;
  if (variable !== undefined) return variable;
  for (const layer of stack.layers.toReversed()) {
    const place = placeInLayer(layer, pointer, part);
    if (place !== undefined) return place;
  }
  const above = segmentsOf(pointer).slice(0, -1);
  if (above.length > 0) return originOf(stack, pointerOf(above), part);
  return startOf(stack);
}

/** Where the connection is declared: the start of its lowest document; a template declares none. */
export function startOf({ layers }: Stack): Place {
  const lowest = layers.find(({ document }) => document.kind === "connection");
  if (lowest === undefined)
    throw new InternalError("INT001", "a connection has no layer");
  return placeOfDocument(lowest.document);
}

function placeInLayer(
  layer: StackLayer,
  pointer: Pointer,
  part: Part,
): Place | undefined {
  if (layer.writes === undefined) return placeAt(layer.document, pointer, part);
  const write = layer.writes.findLast(
    ({ pointer: at }) =>
      at === pointer ||
      pointer.startsWith(`${at}/`) ||
      at.startsWith(`${pointer}/`),
  );
  return write?.place;
}
