import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { DEFAULT_LIMITS } from "../../../../src/domain/generated/limits.ts";
import { patternWords } from "../../../../src/documents/check/schema-words.ts";

function schema(name: string): unknown {
  return JSON.parse(
    readFileSync(
      new URL(`../../../../schemas/${name}.schema.json`, import.meta.url),
      "utf8",
    ),
  );
}

function patternsOf(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  // What only editors read is never checked, so never said.
  if (JSON.stringify(value).endsWith('"x-tieline":{"editor":true}}')) return [];
  return Object.entries(value).flatMap(([key, child]: [string, unknown]) =>
    key === "pattern" && typeof child === "string"
      ? [child]
      : patternsOf(child),
  );
}

describe("schemas", () => {
  it.each(["connection", "environment"])(
    "%s: every pattern is said in words",
    (name) => {
      for (const pattern of patternsOf(schema(name)))
        expect(patternWords(pattern)).not.toContain("text that matches");
    },
  );

  it("give the defaults that environments get", () => {
    expect(schema("environment")).toMatchObject({
      properties: {
        limits: {
          properties: {
            concurrency: { default: DEFAULT_LIMITS.concurrency },
            requests_per_second: { default: DEFAULT_LIMITS.requestsPerSecond },
            timeout: { default: DEFAULT_LIMITS.timeoutMs / 1000 },
            max_deletes: { default: DEFAULT_LIMITS.maxDeletes },
            max_change_ratio: { default: DEFAULT_LIMITS.maxChangeRatio },
          },
        },
      },
    });
  });
});
