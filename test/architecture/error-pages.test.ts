import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CODES } from "../../src/domain/problem/codes.ts";

const FOLDER = new URL("../../docs/errors/", import.meta.url);

describe("error pages", () => {
  it("exist for each code, and for nothing else", () => {
    const pages = readdirSync(FOLDER).filter((name) => name !== "README.md");
    expect(pages.sort()).toEqual(
      Object.keys(CODES)
        .map((code) => `${code}.md`)
        .sort(),
    );
  });

  it.each(Object.entries(CODES))(
    "%s opens with its title and says what to do",
    (code, title) => {
      const text = readFileSync(new URL(`${code}.md`, FOLDER), "utf8");
      expect(text.split("\n")[0]).toBe(`# ${code}: ${title}`);
      expect(text.toLowerCase()).toContain("how to fix");
    },
  );
});

describe("codes in the sources", () => {
  it("are all used: a code that nothing can raise has no page to earn", () => {
    const files = readdirSync(new URL("../../src/", import.meta.url), {
      recursive: true,
      encoding: "utf8",
    }).filter((f) => f.endsWith(".ts") && !f.endsWith("codes.ts"));
    const text = files
      .map((file) =>
        readFileSync(new URL(`../../src/${file}`, import.meta.url), "utf8"),
      )
      .join("\n");
    expect(
      Object.keys(CODES).filter((code) => !text.includes(`"${code}"`)),
    ).toEqual([]);
  });
});
