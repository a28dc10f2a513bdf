import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const SRC = new URL("../../src/", import.meta.url);

/** Functions of `node:fs` that only look at what is there: they neither open it nor change it. */
const LOOKING: ReadonlySet<string> = new Set([
  "existsSync",
  "lstatSync",
  "statSync",
  "realpathSync",
  "readdirSync",
  "Dirent",
  "Stats",
]);

/** Where more is needed, and why. */
const EXCEPTIONS: Readonly<Record<string, readonly string[]>> = {
  // Asks the system about processes; nothing of a project is under /proc.
  "environment/processes.ts": ["readFileSync", "readlinkSync"],
};

interface FsImport {
  readonly file: string;
  readonly names: readonly string[];
}

/** Every import of `node:fs` outside of the one folder that may use it, however it is spelled. */
function fsImports(text: string, file: string): FsImport[] {
  const found: FsImport[] = [];
  const named =
    /import\s*(?:type\s*)?([^;]*?)\s*from\s*["'](?:node:)?fs(?:\/promises)?["']/gu;
  for (const [, what = ""] of text.matchAll(named)) {
    const inner = /^\{([^}]*)\}$/u.exec(what.trim())?.[1];
    const names =
      inner === undefined
        ? [what]
        : inner.split(",").map((name) =>
            name
              .trim()
              .replace(/^type\s+/u, "")
              .replace(/\s+as\s.*$/u, ""),
          );
    found.push({ file, names: names.filter((name) => name !== "") });
  }
  const other =
    /(?:import|require|getBuiltinModule)\s*\(\s*["'`](?:node:)?fs(?:\/promises)?["'`]/u;
  if (other.test(text)) found.push({ file, names: ["(all of it)"] });
  return found;
}

function violations(file: string, text: string): string[] {
  return fsImports(text, file).flatMap(({ names }) =>
    names
      .filter((name) => !LOOKING.has(name))
      .filter((name) => EXCEPTIONS[file]?.includes(name) !== true)
      .map((name) => `${file}: ${name}`),
  );
}

describe("files", () => {
  it("are opened, read, written and removed by platform/files alone", () => {
    const files = readdirSync(SRC, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .filter((name) => !name.startsWith("platform/files/"));
    expect(
      files.flatMap((file) =>
        violations(file, readFileSync(new URL(file, SRC), "utf8")),
      ),
    ).toEqual([]);
  });

  it.each([
    'import { writeFile } from "node:fs/promises";',
    'import { existsSync, readFileSync } from "node:fs";',
    'import { existsSync, openSync as lstatSync } from "fs";',
    'import fs from "node:fs";',
    'import * as fs from "node:fs/promises";',
    'import type { WriteStream } from "node:fs";',
    'const { rmSync } = await import("node:fs");',
    "const fs = process.getBuiltinModule(`node:fs`);",
    'const fs = require("fs");',
  ])("report %s elsewhere", (text) => {
    expect(violations("cli/planted.ts", text)).toHaveLength(1);
  });

  it("may be looked at from anywhere", () => {
    const text = 'import { existsSync, type Dirent } from "node:fs";';
    expect(violations("cli/planted.ts", text)).toEqual([]);
  });
});
