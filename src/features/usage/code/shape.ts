import type { Expression } from "./expression.ts";

/** What has members, or can be called. */
export type Shape = Extract<
  Expression,
  { kind: "object" | "self" | "class" | "type" | "function" }
>;

export function hasShape(expression: Expression): expression is Shape {
  return SHAPES.has(expression.kind);
}

const SHAPES: ReadonlySet<string> = new Set<Shape["kind"]>([
  "object",
  "self",
  "class",
  "type",
  "function",
]);
