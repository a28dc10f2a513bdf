import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = new URL("../../", import.meta.url).pathname;
const FOLDERS = ["src", "test", "bench", "scripts"];
const MOST_COLUMNS = 100;

/**
 * Lines of comments that are too long, although they could be broken: a single long word cannot.
 */
function tooLong(text: string): string[] {
  return text
    .split("\n")
    .filter((line) => line.length > MOST_COLUMNS)
    .filter((line) => /^\s*(?:\/\/ |\* |\/\*\* )/u.test(line))
    .filter((line) => !/^\s*\/\/ (?:eslint|@ts|prettier)-/u.test(line))
    .filter((line) => /\S\s+\S+\s+\S/u.test(line.replace(/^\s*\S+\s/u, "")));
}

describe("comments", () => {
  it("are wrapped at 100 columns", () => {
    const found = FOLDERS.flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
        .filter((file) => /\.(?:ts|mjs)$/u.test(file))
        .filter((file) => !/generated/u.test(file))
        // Its templates are the text of other files.
        .filter((file) => join(folder, file) !== "scripts/generate.mjs")
        .flatMap((file) =>
          tooLong(readFileSync(join(ROOT, folder, file), "utf8")).map(
            (line) => `${folder}/${file}: ${line.trim()}`,
          ),
        ),
    );
    expect(found).toEqual([]);
  });

  it.each([
    [`// ${"word ".repeat(25)}`, 1],
    [`  /** ${"word ".repeat(25)}*/`, 1],
    [`   * ${"word ".repeat(25)}`, 1],
    [`// ${"w".repeat(120)}`, 0],
    [`const text = "${"word ".repeat(25)}";`, 0],
  ])("are held to that: %j", (line, count) => {
    expect(tooLong(line)).toHaveLength(count);
  });
});
