import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  errorPage,
  readErrorPages,
  retiredCodes,
} from "../../scripts/error-pages.mjs";
import { CODES } from "../../src/domain/generated/codes.ts";

const ROOT = new URL("../../", import.meta.url);
const { pages, retired } = await readErrorPages(new URL("docs/errors/", ROOT));
const CODE = /\b[A-Z]{3}\d{3}\b/gu;

/** The texts below a folder that are written by hand, by their names. */
function textsIn(folder: string, ending: string): [string, string][] {
  return readdirSync(new URL(folder, ROOT), {
    recursive: true,
    encoding: "utf8",
  })
    .filter((file) => file.endsWith(ending) && !file.includes("generated"))
    .map((file) => [
      `${folder}${file}`,
      readFileSync(new URL(`${folder}${file}`, ROOT), "utf8"),
    ]);
}

describe("error pages", () => {
  it("are the list of codes", () => {
    expect(Object.keys(CODES)).toEqual(Object.keys(pages));
  });

  it.each(Object.entries(pages))("%s says what to do", (_, { page }) => {
    expect(page.toLowerCase()).toContain("how to fix");
  });

  it.each([
    ["no front matter", "# CFG001: text\n\n## How to fix\n"],
    ["no title", "---\nname: text\n---\n\ntext\n"],
    ["more than a title", "---\ntitle: text\nexit: 3\n---\n\ntext\n"],
    ["a second title", "---\ntitle: text\n---\n\n# CFG001: text\n"],
    ["a title that YAML reads otherwise", "---\ntitle: a: b\n---\n\ntext\n"],
  ])("are refused with %s", (_, text) => {
    expect(() => errorPage("CFG001", text)).toThrow("docs/errors/CFG001.md");
  });
});

describe("retired codes", () => {
  it("have no page, and lead to one", () => {
    expect(Object.keys(retired).filter((code) => code in pages)).toEqual([]);
    expect(
      Object.values(retired).filter(({ instead }) => !(instead in pages)),
    ).toEqual([]);
  });

  it.each([
    ["src/", ".ts"],
    ["test/", ".ts"],
    ["test/", ".txt"],
    ["test/", ".json"],
    ["docs/", ".md"],
    ["schemas/", ".json"],
  ])("are used nowhere in %s*%s", (folder, ending) => {
    const used = textsIn(folder, ending)
      .filter(([file]) => file !== "docs/errors/RETIRED.md")
      .flatMap(([file, text]) =>
        [...text.matchAll(CODE)]
          .filter(([code]) => code in retired)
          .map(([code]) => `${file}: ${code}`),
      );
    expect(used).toEqual([]);
  });

  it.each([
    ["a row that leads nowhere", "| ABC001 | bytes | 0.1.0 | - |"],
    ["a link to another page", "| ABC001 | b | 0.1.0 | [CFG001](CFG002.md) |"],
    [
      "a row out of order",
      "| ABC002 | b | 0.1.0 | [CFG001](CFG001.md) |\n| ABC001 | b | 0.1.0 | [CFG001](CFG001.md) |",
    ],
  ])("are refused with %s", (_, text) => {
    expect(() => retiredCodes(text)).toThrow("RETIRED.md");
  });
});

describe("codes in the sources", () => {
  it("are all used: a code that nothing can raise has no page to earn", () => {
    const text = textsIn("src/", ".ts")
      .map(([, source]) => source)
      .join("\n");
    expect(
      Object.keys(CODES).filter((code) => !text.includes(`"${code}"`)),
    ).toEqual([]);
  });
});
