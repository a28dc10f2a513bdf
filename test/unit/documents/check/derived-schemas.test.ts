import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isJsonObject, type JsonObject } from "../../../../src/domain/json.ts";
import { overlayOf, templateOf } from "../../../../scripts/editor-schemas.mjs";

function read(name: string): JsonObject {
  const file = new URL(
    `../../../../schemas/${name}.schema.json`,
    import.meta.url,
  );
  const schema: unknown = JSON.parse(readFileSync(file, "utf8"));
  if (!isJsonObject(schema)) throw new Error(`${name} is no schema`);
  return schema;
}

describe("the schemas made from that of connections", () => {
  it.each([
    ["overlay", overlayOf],
    ["template", templateOf],
  ] as const)("are committed as they are made: %s", (name, make) => {
    // Run `npm run generate` and commit what it wrote.
    expect(read(name)).toEqual(make(read("connection")));
  });
});
