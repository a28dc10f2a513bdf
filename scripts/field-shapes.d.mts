import type { JsonObject } from "../src/domain/json.ts";

/** A part of a schema, with what the parts around it say about it. */
interface Part {
  readonly at: string;
  readonly node: JsonObject;
  readonly mark: Readonly<Record<string, unknown>>;
  readonly isKept: boolean;
}

/** Every part of a schema; `*` stands for a free member, `0` for an item. */
export declare function partsOf(
  schema: JsonObject,
  root: JsonObject,
  around: { readonly at: string; readonly isKept: boolean },
): Iterable<Part>;
/** Stops where a part does not say what it is. */
export declare function checkShapes(root: JsonObject): void;
