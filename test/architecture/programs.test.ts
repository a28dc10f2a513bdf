import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const SOURCES = new URL("../../src/", import.meta.url).pathname;

/**
 * Who starts programs, and which: each decides what a program may see, so each is looked at by
 * hand.
 */
const STARTERS: readonly string[] = [
  "features/secrets/edit/external-editor.ts",
  "platform/git/run-git.ts",
  "secrets/sops/keys/age-identities.ts",
  "secrets/sops/keys/run-program.ts",
];

const texts = new Map(
  readdirSync(SOURCES, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.includes("generated"))
    .map((name) => [name, readFileSync(join(SOURCES, name), "utf8")]),
);

describe("programs", () => {
  it("are started in these places only", () => {
    const starters = [...texts]
      .filter(([, text]) => text.includes("child_process"))
      .map(([name]) => name)
      .sort();
    expect(starters).toEqual(STARTERS);
  });

  it("are looked for in folders with a whole path", () => {
    const careless = STARTERS.filter(
      (name) =>
        name !== "platform/git/run-git.ts" &&
        texts.get(name)?.includes("withSearchFolders(") !== true,
    );
    expect(careless).toEqual([]);
  });

  it("that are git are started in one of them", () => {
    const starters = [...texts]
      .filter(([, text]) =>
        /\brun\w*\(\s*"git"|\bexec\w*\(\s*"git"/u.test(text),
      )
      .map(([name]) => name);
    expect(starters).toEqual([]);
    const openers = [...texts]
      .filter(([, text]) => /\brunGit\(/u.test(text))
      .map(([name]) => name)
      .sort();
    expect(openers).toEqual([
      "platform/git/index.ts",
      "platform/git/open-repository.ts",
      "platform/git/run-git.ts",
    ]);
  });
});
