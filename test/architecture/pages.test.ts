import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { blocksOf, linksOf, readPages } from "../support/pages.ts";

const ENTRY = "docs/README.md";
const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PAGES = readPages(ROOT);

/** What can be reached from a page, itself included. */
function reachedFrom(start: string): ReadonlySet<string> {
  const seen = new Set([start]);
  for (const path of seen)
    for (const target of linksOf(
      PAGES.find((page) => page.path === path) ?? {
        path,
        text: "",
        blocks: [],
      },
    ))
      seen.add(target);
  return seen;
}

describe("the documents", () => {
  it("name every page at their entry, records and codes by their lists", () => {
    const entry = PAGES.find(({ path }) => path === ENTRY);
    const named = new Set(entry === undefined ? [] : linksOf(entry));
    const missing = PAGES.map(({ path }) => path).filter(
      (path) =>
        path !== ENTRY &&
        !named.has(path) &&
        // A record is in the list of records; a code's page has the code for its name.
        !/^docs\/(?:decisions\/\d{4}-|errors\/[A-Z]{3}\d{3}\.md$)/u.test(path),
    );
    expect(missing, `link these from ${ENTRY}`).toEqual([]);
  });

  it("can all be reached from their entry, and the entry from the README", () => {
    const seen = reachedFrom(ENTRY);
    const orphans = PAGES.map(({ path }) => path).filter(
      (path) => !seen.has(path) && !/errors\/[A-Z]{3}\d{3}\.md$/u.test(path),
    );
    expect(orphans).toEqual([]);
    const readme = PAGES.find(({ path }) => path === "README.md");
    expect(readme === undefined ? [] : linksOf(readme)).toContain(ENTRY);
  });
});

describe("the vendor's page, feature by feature", () => {
  const rows = (
    PAGES.find(({ path }) => path === "docs/seed-features.md")?.text ?? ""
  )
    .split("\n")
    .filter((line) => /^\| (?!-|the page)/u.test(line))
    .map((line) => line.split("|").map((cell) => cell.trim()))
    .map(([, feature = "", here = "", tests = ""]) => ({
      feature,
      here,
      tests,
    }));

  it("has a row for everything the page lists", () => {
    expect(rows.length).toBeGreaterThanOrEqual(85);
  });

  it.each(rows)("names tests that there are: $feature", ({ tests }) => {
    const named = [...tests.matchAll(/"([^"]+)" in `([^`]+)`/gu)];
    expect(named.length).toBeGreaterThan(0);
    for (const [, name = "", file = ""] of named) {
      expect([file, existsSync(join(ROOT, file))]).toEqual([file, true]);
      expect(readFileSync(join(ROOT, file), "utf8")).toContain(`"${name}"`);
    }
  });

  it("says of what the platform does not offer how we know", () => {
    const unproven = rows.filter(
      ({ here }) =>
        /not offered|no place|does not exist/u.test(here) &&
        !/\[(?:desc|new|spec|guide|live|sdk|run|inf)\]|tieline never|tieline began/u.test(
          here,
        ),
    );
    expect(unproven.map(({ feature }) => feature)).toEqual([]);
  });
});

describe("blocks of pages", () => {
  it("say in the line below them when they are not run", () => {
    const [first, second] = blocksOf(
      "a.md",
      "```sh\na\n```\n\n_Not run by our tests: it needs a cluster._\n\n  ```yaml\n  b: c\n  ```\n",
    );
    expect(first?.notRun).toBe("it needs a cluster");
    expect(second).toMatchObject({
      language: "yaml",
      text: "b: c",
      notRun: undefined,
    });
  });

  it("have an end", () => {
    expect(() => blocksOf("a.md", "```sh\na\n")).toThrow("a.md:1");
  });
});
