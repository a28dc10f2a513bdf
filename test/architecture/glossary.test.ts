import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../..");

/** Words the glossary takes for another thing, with the word it has for that thing. */
interface Unused {
  readonly word: string;
  readonly instead: string;
}

/** The rows of the glossary: what it calls things, and what it does not. */
function readGlossary(text: string): {
  readonly words: ReadonlySet<string>;
  readonly unused: readonly Unused[];
} {
  const rows = [...text.matchAll(/^\| \*\*(.+?)\*\* .*\|([^|]*)\|$/gmu)];
  const words = new Set(rows.map(([, word = ""]) => word));
  const unused = rows.flatMap(([, instead = "", not = ""]) =>
    not
      .split(",")
      .map((word) => word.trim())
      .filter((word) => /^[a-z]+(?: [a-z]+)?$/u.test(word) && !words.has(word))
      .map((word) => ({ word, instead })),
  );
  return { words, unused };
}

/** Files in whose names such a word means something else, and what. */
const OTHER_MEANINGS: readonly (readonly [
  word: string,
  files: RegExp,
  meaning: string,
])[] = [
  ["client", /(?:^http|-client|\/client)/u, "one end of HTTP"],
  [
    "event",
    /\/(?:fork-)?event/u,
    "what a run tells while it goes on, and what a forge starts a job for",
  ],
  ["hash", /^util\/hash/u, "the function, not what it gives"],
  ["lock", /^embedded\/data\//u, "of the embedded API's data file"],
  ["log", /^features\/ledger\//u, "the name of a command"],
  ["copy", /^features\/state\//u, "the state itself, to another backend"],
  [
    "operation",
    /^(?:documents\/edit|embedded\/service)\//u,
    "of JSON Patch, and of the vendor's API",
  ],
  ["operation", /^engine\/diff\/operations/u, "how a change is counted"],
  ["placeholder", /^domain\//u, "a text that stands where a secret should"],
  ["pull", /^(?:features\/state|forges)\//u, "a command, and a pull request"],
  ["push", /^features\/state\//u, "the name of a command"],
  ["remote", /^platform\/git\//u, "git's word"],
  [
    "stack",
    /^documents\/read\//u,
    "the layers of a connection, one on the other",
  ],
  ["state file", /^state\/file\//u, "the backend named file"],
  [
    "status",
    /^(?:features\/status|features\/reconcile|domain\/reconcile|embedded\/wire|http|sources)\//u,
    "a command, how an environment stands, and the word of HTTP, gRPC and git",
  ],
  ["type", /^features\/usage\/code\//u, "a type of TypeScript"],
];

const singular = (word: string): string =>
  word === "status" ? word : word.replace(/s$/u, "");

function uses(file: string, word: string): boolean {
  const parts = file.replace(/\.ts$/u, "").split(/[/.-]/u).map(singular);
  return ` ${parts.join(" ")} `.includes(` ${singular(word)} `);
}

function misnamed(
  files: readonly string[],
  unused: readonly Unused[],
): readonly string[] {
  return files.flatMap((file) =>
    unused
      .filter(
        ({ word }) =>
          uses(file, word) &&
          !OTHER_MEANINGS.some(
            ([other, where]) => other === word && where.test(file),
          ),
      )
      .map(({ word, instead }) => `${file}: "${word}" is "${instead}"`),
  );
}

describe("names of files", () => {
  const glossary = readGlossary(
    readFileSync(join(ROOT, "docs/glossary.md"), "utf8"),
  );
  const files = readdirSync(join(ROOT, "src"), {
    recursive: true,
    encoding: "utf8",
  })
    .filter((name) => name.endsWith(".ts") && !name.includes("generated"))
    .map((name) => name.replaceAll("\\", "/"));

  it("use the glossary's word for what they are about", () => {
    expect(glossary.unused.length).toBeGreaterThan(30);
    expect(files.length).toBeGreaterThan(300);
    expect(misnamed(files, glossary.unused)).toEqual([]);
  });

  it("that take another word are found", () => {
    expect(
      misnamed(["engine/resource-diff.ts", "state/locks.ts"], glossary.unused),
    ).toHaveLength(2);
  });

  it("are excused only where such a file is there", () => {
    expect(
      OTHER_MEANINGS.filter(
        ([word, where]) =>
          !files.some((file) => uses(file, word) && where.test(file)),
      ).map(([word]) => word),
    ).toEqual([]);
  });

  it("say catalogue, as everything but the command does", () => {
    expect(files.filter((file) => /catalog(?!ue)/u.test(file))).toEqual([]);
  });
});
