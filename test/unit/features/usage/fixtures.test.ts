import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { scanCode } from "../../../../src/features/usage/code/scan.ts";

const FIXTURES = new URL("../../../fixtures/code/", import.meta.url);
/** At the end of a line, what is to be found in it: `//= name ?possible dynamic`. */
const MARK = /(?:\/\/|#)= (.+)$/u;

interface Fixture {
  readonly name: string;
  readonly text: string;
}

function fixturesIn(folder: string): Fixture[] {
  const base = new URL(`${folder}/`, FIXTURES);
  return readdirSync(base)
    .sort()
    .map((file) => ({
      name: `${folder}/${file.replace(/\.txt$/u, "")}`,
      text: readFileSync(new URL(file, base), "utf8"),
    }));
}

function expected(text: string): string[] {
  return text.split("\n").flatMap((line, index) => {
    const words = MARK.exec(line)?.[1]?.trim().split(" ") ?? [];
    return words.map((word) => `${String(index + 1)}: ${word}`);
  });
}

async function found({ name, text }: Fixture): Promise<string[]> {
  const uses = (await scanCode(name, text)) ?? [];
  return uses.map((use) => {
    const shown =
      use.kind === "dynamic"
        ? "dynamic"
        : `${use.kind === "possible" ? "?" : ""}${use.name ?? ""}`;
    return `${String(use.line)}: ${shown}`;
  });
}

describe("the fixtures of calls to the SDK", () => {
  it.each(fixturesIn("hits"))(
    "$name: every marked place is found, and no other",
    async (fixture) => {
      const marks = expected(fixture.text);
      expect(marks.length).toBeGreaterThan(1);
      expect((await found(fixture)).sort()).toEqual(marks.sort());
    },
  );
});

describe("the fixtures of traps", () => {
  it.each(fixturesIn("traps"))(
    "$name: no literal name, certain or possible",
    async (fixture) => {
      const marks = expected(fixture.text);
      expect((await found(fixture)).sort()).toEqual(marks.sort());
      expect(marks.every((mark) => mark.endsWith("dynamic"))).toBe(true);
    },
  );
});
