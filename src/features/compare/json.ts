import {
  hasDifferences,
  type ComparedValue,
  type Comparison,
  type LonelyConnection,
} from "./report.ts";
import type { JsonObject } from "../../domain/json.ts";
import type { SourceLocation } from "../../domain/problem/location.ts";

/**
 * A comparison for machines: members in snake_case, the same facts as the text, what is meant to
 * differ marked and never left out.
 */
export function comparisonJson(comparison: Comparison): JsonObject {
  return {
    kind: "comparison",
    left: comparison.left,
    right: comparison.right,
    differs: hasDifferences(comparison),
    connections: comparison.both.map(({ key, fields }) => ({
      key,
      fields: fields.map(({ path, declared, left, right }) => ({
        path,
        declared,
        left: sideJson(left),
        right: sideJson(right),
      })),
    })),
    only_left: comparison.onlyLeft.map(lonelyJson),
    only_right: comparison.onlyRight.map(lonelyJson),
  };
}

function sideJson({ value, location }: ComparedValue): JsonObject {
  return {
    ...(value === undefined ? {} : { value }),
    ...(location === undefined ? {} : { location: placeJson(location) }),
  };
}

function lonelyJson({ key, provider, location }: LonelyConnection): JsonObject {
  return { key, provider, location: placeJson(location) };
}

function placeJson({ file, line, column, layer }: SourceLocation): JsonObject {
  return { file, line, column, ...(layer === undefined ? {} : { layer }) };
}
