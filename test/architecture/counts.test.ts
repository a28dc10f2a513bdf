import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, symlinkSync } from "node:fs";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectionText, writeFiles } from "../support/cli.ts";
import { ADDITIONS, type Addition } from "./additions.ts";

/*
 * What CONTRIBUTING.md says an addition costs: one of each kind is made in a copy of the tree, from
 * its own files and nothing else, and works in the program that comes out.
 */

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const COPIED = [
  "src",
  "schemas",
  "docs",
  "scripts",
  "catalogue",
  "test/unit/engine",
  "package.json",
  "CHANGELOG.md",
];
const run = promisify(execFile);

let tree = "";
let unchanged: ReadonlyMap<string, string>;

beforeAll(async () => {
  tree = await mkdtemp(join(tmpdir(), "tieline-counts-"));
  for (const part of COPIED)
    await cp(join(ROOT, part), join(tree, part), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(tree, "node_modules"));
  unchanged = digests();
  for (const addition of Object.values(ADDITIONS)) await make(addition);
  await run(process.execPath, ["scripts/generate.mjs"], { cwd: tree });
  await build({
    absWorkingDir: tree,
    entryPoints: { program: "src/cli/main.ts" },
    outdir: "built",
    outExtension: { ".js": ".mjs" },
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    logLevel: "error",
  });
  await writeFiles(join(tree, "workspace"), {
    "connections/mail.yaml": connectionText("mail", ["read"]),
    "environments/none/environment.yaml": settings("none", 0),
    "environments/one/environment.yaml": settings("one", 1),
  });
}, 60_000);
afterAll(() => rm(tree, { recursive: true, force: true }));

function settings(name: string, creates: number): string {
  return [
    `environment: ${name}`,
    'target: "embedded:"',
    "driver: toy",
    "unrepresentable: local",
    `limits: {max_creates: ${String(creates)}}`,
    "",
  ].join("\n");
}

async function make(addition: Addition): Promise<void> {
  for (const [path, written] of Object.entries(addition)) {
    const file = join(tree, path);
    await mkdir(dirname(file), { recursive: true });
    const text = unchanged.has(path) ? readFileSync(file, "utf8") : "";
    await writeFile(file, written(text));
  }
}

/** Everything that people write, with what it holds. */
function digests(): ReadonlyMap<string, string> {
  const entries = COPIED.flatMap((part) =>
    part.includes(".")
      ? [join(tree, part)]
      : readdirSync(join(tree, part), { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name)),
  );
  return new Map(
    entries
      .map((path) => relative(tree, path).replaceAll("\\", "/"))
      .filter((path) => !path.includes("/generated/"))
      .map((path) => [
        path,
        createHash("sha256")
          .update(readFileSync(join(tree, path)))
          .digest("hex"),
      ]),
  );
}

/** Runs the program that was built from the copy. */
async function program(
  ...args: readonly string[]
): Promise<{ readonly status: number; readonly stdout: string }> {
  const env = { PATH: process.env["PATH"] ?? "", HOME: tree };
  const cwd = join(tree, "workspace");
  try {
    const { stdout } = await run(
      process.execPath,
      [join(tree, "built/program.mjs"), ...args],
      { cwd, env },
    );
    return { status: 0, stdout };
  } catch (error) {
    // What `execFile` throws for a status that is not 0.
    const { code, stdout } = error as { code: number; stdout: string };
    return { status: code, stdout };
  }
}

describe("an addition", () => {
  it("changes its own files, and no other", () => {
    const now = digests();
    const changed = [...now.keys()].filter(
      (path) => now.get(path) !== unchanged.get(path),
    );
    const made = Object.values(ADDITIONS).flatMap(Object.keys);
    expect(changed.sort()).toEqual([...new Set(made)].sort());
  });
});

describe("a command", () => {
  it("is one folder of five files", () => {
    const files = Object.keys(ADDITIONS.command);
    expect(files).toHaveLength(5);
    expect(new Set(files.map(dirname)).size).toBe(1);
  });

  it("is in the program, with help", async () => {
    const { stdout } = await program("count", "one", "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      environment: "one",
      declared: 1,
    });
    expect((await program("--help")).stdout).toContain("count");
  });
});

describe("a guard with a limit", () => {
  it("is five files", () => {
    expect(Object.keys(ADDITIONS.guard)).toHaveLength(5);
  });

  it("refuses a plan above its limit, and no other", async () => {
    const codes = async (name: string): Promise<unknown> => {
      const { stdout } = await program("plan", name, "--json");
      return (
        JSON.parse(stdout) as { findings: { code: string }[] }
      ).findings.map(({ code }) => code);
    };
    expect(await codes("none")).toContain("PLN987");
    expect(await codes("one")).not.toContain("PLN987");
  });
});

describe("an error code", () => {
  it("is its page", async () => {
    expect(Object.keys(ADDITIONS.code)).toHaveLength(1);
    const { stdout } = await program("explain", "CLI987");
    expect(stdout).toContain("something of the command line");
  });
});

describe("a driver", () => {
  it("is its folder and one line", () => {
    const outside = Object.keys(ADDITIONS.driver).filter(
      (path) => !path.startsWith("src/drivers/toy/"),
    );
    expect(outside).toEqual(["schemas/environment.schema.json"]);
  });

  it("is what an environment that names it speaks through", async () => {
    const { stdout } = await program("plan", "one", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ target: { driver: "toy" } });
  });
});

describe("CONTRIBUTING.md", () => {
  it("says these counts", () => {
    const text = readFileSync(join(ROOT, "CONTRIBUTING.md"), "utf8");
    for (const sentence of [
      "**A command.** One folder of about five files",
      "**A guard.** With a limit of its own, five files",
      "**An error code.** One file",
      "**A driver.** Its folder in `src/drivers/` and one line",
    ])
      expect(text).toContain(sentence);
  });
});
