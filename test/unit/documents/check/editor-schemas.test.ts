import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CATALOGUE } from "../../../../src/domain/generated/catalogue.ts";
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "../../../../src/domain/json.ts";
import { getAt } from "../../../../src/domain/field/pointer.ts";

const NAMES = ["connection", "overlay", "environment", "template", "plan"];

function schema(name: string): JsonObject {
  const file = new URL(
    `../../../../schemas/${name}.schema.json`,
    import.meta.url,
  );
  const value: unknown = JSON.parse(readFileSync(file, "utf8"));
  return isJsonObject(value) ? value : {};
}

/** Every property at every level with what it says about itself, also by way of a definition. */
function properties(
  root: JsonObject,
  node: JsonValue = root,
  at: string = "",
): [string, JsonValue | undefined][] {
  if (Array.isArray(node))
    // Array.isArray makes any of the members.
    return (node as JsonValue[]).flatMap((one, index) =>
      properties(root, one, `${at}/${String(index)}`),
    );
  if (!isJsonObject(node)) return [];
  return Object.entries(node).flatMap(([key, value]) => [
    ...(key === "properties" && isJsonObject(value)
      ? Object.entries(value).map(
          ([name, property]): [string, JsonValue | undefined] => [
            `${at}/${key}/${name}`,
            descriptionOf(root, property),
          ],
        )
      : []),
    ...properties(root, value, `${at}/${key}`),
  ]);
}

function descriptionOf(
  root: JsonObject,
  node: JsonValue,
): JsonValue | undefined {
  if (!isJsonObject(node)) return undefined;
  const { $ref: reference, description, anyOf } = node;
  if (description !== undefined) return description;
  if (typeof reference === "string") {
    const target = getAt(root, reference.slice(1));
    return target === undefined ? undefined : descriptionOf(root, target);
  }
  // Array.isArray makes any of the members.
  const [first] = Array.isArray(anyOf) ? (anyOf as JsonValue[]) : [];
  return first === undefined ? undefined : descriptionOf(root, first);
}

describe("schemas for editors", () => {
  it.each(NAMES)("%s: every property at every level is described", (name) => {
    const found = properties(schema(name));
    expect(found.length).toBeGreaterThan(10);
    expect(
      found.filter(([, text]) => typeof text !== "string" || text === ""),
    ).toEqual([]);
  });

  it.each(["connection", "overlay", "template"])(
    "%s: the providers are those of the catalogue, by name",
    (name) => {
      const list = getAt(schema(name), "/definitions/CatalogueProvider");
      const sorted = [...CATALOGUE].sort((a, b) => (a.slug < b.slug ? -1 : 1));
      expect(list).toMatchObject({
        enum: sorted.map(({ slug }) => slug),
        enumDescriptions: sorted.map((entry) => entry.display_name),
      });
    },
  );

  it("overlay: has every field of a connection, word for word, and requires none", () => {
    const overlay = schema("overlay");
    const connection = properties(schema("connection"));
    expect(properties(overlay)).toEqual(connection);
    expect(overlay["required"]).toBeUndefined();
    expect(getAt(overlay, "/properties/custom_provider/required")).toBe(
      undefined,
    );
  });
});
