/**
 * The parts of fields as the schema declares them, each with values to write there: for laws that
 * hold for every part there is.
 */
import { readFileSync } from "node:fs";
import { withoutEditorPart } from "../../scripts/editor-schemas.mjs";
import { partsOf } from "../../scripts/field-shapes.mjs";
import { FIELD_RULES } from "../../src/domain/generated/fields.ts";
import type { FieldRule } from "../../src/domain/field/field.ts";
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "../../src/domain/json.ts";
import { segmentsOf, type Pointer } from "../../src/domain/field/pointer.ts";

/** One part of a field, as far down as the schema goes. */
export interface SchemaPart {
  /** Pointer, `*` for a free member and `0` for an item. */
  readonly at: Pointer;
  readonly rule: FieldRule;
  readonly node: JsonObject;
  readonly mark: Readonly<Record<string, unknown>>;
}

/** A schema without what only editors read. */
export function readSchema(name: string): JsonObject {
  const file = new URL(`../../schemas/${name}.schema.json`, import.meta.url);
  const schema: unknown = JSON.parse(readFileSync(file, "utf8"));
  if (!isJsonObject(schema)) throw new TypeError(`${name} is no schema`);
  return withoutEditorPart(schema);
}

/** Every part of every field that is sent, or compared with what the platform has. */
export function sentParts(): readonly SchemaPart[] {
  const root = readSchema("connection");
  return [...partsOf(root, root, { at: "", isKept: false })].flatMap(
    ({ at, node, mark, isKept }) => {
      const rule = FIELD_RULES.find(
        ({ pointer }) => at === pointer || at.startsWith(`${pointer}/`),
      );
      const isLeaf = node["properties"] === undefined && !("items" in node);
      return isKept || rule === undefined || rule.isSecret || !isLeaf
        ? []
        : [{ at, rule, node, mark }];
    },
  );
}

/** The value of the whole field whose only part is this one. */
export function fieldWith(
  { at, rule }: Pick<SchemaPart, "at" | "rule">,
  value: JsonValue,
): JsonValue {
  return segmentsOf(at.slice(rule.pointer.length)).reduceRight<JsonValue>(
    (below, name) => (name === "0" ? [below] : { [nameAt(at, name)]: below }),
    value,
  );
}

/** A name that the free members of a mapping take. */
function nameAt(at: Pointer, name: string): string {
  if (name !== "*") return name;
  return at.includes("/oauth_config/") ? "revoke_uri" : "extra";
}

/** Two different values that the part may have. */
export function twoValues({
  node,
  mark,
}: SchemaPart): readonly [JsonValue, JsonValue] {
  const allowed = node["enum"];
  if (Array.isArray(allowed)) {
    const words = allowed.filter(
      (one): one is string => typeof one === "string",
    );
    return [words[0] ?? "", words[1] ?? ""];
  }
  if ([node["type"]].flat().includes("boolean")) return [false, true];
  if ([node["type"]].flat().includes("integer")) return [1, 2];
  if (mark["text"] === "address")
    return ["https://a.example/one", "https://b.example/one"];
  return ["alpha", "beta"];
}
