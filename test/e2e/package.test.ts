import { execFile } from "node:child_process";
import {
  cp,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, posix } from "node:path";
import { promisify } from "node:util";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parsers, type MarkdownNode } from "../support/markup.ts";

const run = promisify(execFile);
const ROOT = new URL("../../", import.meta.url).pathname;

interface PackedFile {
  readonly path: string;
  readonly size: number;
}

/**
 * What an installation may take on a disk, in blocks of four kilobytes as `du` counts them. Where
 * this is passed: what is new can be packed (`PACKED_DATA` in scripts/build/program.mjs), loaded
 * from a package that people add, or left out.
 */
const MOST_BYTES = 6_000_000;
const BLOCK_BYTES = 4_096;

/**
 * The packed archive, laid into an empty folder as an installer would. Nothing is beside it: it
 * depends on no other package.
 */
let folder = "";
let packed: readonly string[] = [];
let files: readonly PackedFile[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tieline-e2e-"));
  // The build is fresh: `npm test` has just made it, and packing must not do it again.
  const { stdout } = await run(
    "npm",
    ["pack", "--json", "--ignore-scripts", "--pack-destination", folder],
    { cwd: ROOT },
  );
  const [archive] = JSON.parse(stdout) as {
    filename: string;
    files: PackedFile[];
  }[];
  files = archive?.files ?? [];
  packed = files.map((file) => file.path);
  await mkdir(join(folder, "node_modules"), { recursive: true });
  await run("tar", [
    "xzf",
    join(folder, archive?.filename ?? ""),
    "-C",
    folder,
  ]);
  await cp(join(folder, "package"), join(folder, "node_modules", "tieline"), {
    recursive: true,
  });
}, 120_000);
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Where links and pictures of a document lead, without those to places of itself or the web. */
function linksOf(document: MarkdownNode): string[] {
  const own =
    "url" in document && typeof document.url === "string"
      ? [document.url].filter((url) => !/^(?:[a-z]+:|#)/u.test(url))
      : [];
  return [
    ...own.map((url) => decodeURI(url).replace(/[#?].*$/u, "")),
    ...(document.children ?? []).flatMap((child) => linksOf(child)),
  ];
}

const PROGRAM = (): string =>
  join(folder, "node_modules/tieline/dist/bin/tieline.cjs");

const tieline = (
  args: readonly string[],
  cwd = folder,
): Promise<{ stdout: string; stderr: string }> =>
  run(process.execPath, [PROGRAM(), ...args], {
    cwd,
    env: { PATH: process.env["PATH"] ?? "", HOME: folder },
  });

describe("the packed package", () => {
  it("holds what it needs and nothing of the workshop", () => {
    expect(packed).toContain("dist/bin/tieline.cjs");
    expect(packed).toContain("dist/index.d.ts");
    expect(packed).toContain("schemas/connection.schema.json");
    expect(
      packed.filter((path) =>
        /^(?:src|test|bench|scripts|environments|connections|catalogue)\//u.test(
          path,
        ),
      ),
    ).toEqual([]);
  });

  it("is small where it is installed", () => {
    const bytes = files.reduce(
      (sum, { size }) => sum + Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES,
      0,
    );
    expect(bytes).toBeLessThan(MOST_BYTES);
  });

  it("names every package that is bundled in it, with its licence", async () => {
    const text = await readFile(
      join(folder, "package/dist/THIRD_PARTY_LICENSES.txt"),
      "utf8",
    );
    for (const name of ["yaml", "undici", "commander", "ajv", "re2js"])
      expect(text).toMatch(new RegExp(`^${name} [\\d.]+ \\(MIT|ISC\\)$`, "mu"));
    expect(text).toMatch(/^@bufbuild\/protobuf [\d.]+ \(\(Apache-2\.0 AND/mu);
    expect(text).toMatch(/^@noble\/curves [\d.]+ \(MIT\)$/mu);
  });

  it.skipIf(parsers === undefined)(
    "holds documents whose links lead to what is in it, too",
    async () => {
      const there = new Set(
        packed.flatMap((path) =>
          path
            .split("/")
            .map((_, index, parts) => parts.slice(0, index + 1).join("/")),
        ),
      );
      const lost: string[] = [];
      for (const path of packed.filter((name) => name.endsWith(".md"))) {
        const text = await readFile(join(folder, "package", path), "utf8");
        for (const link of linksOf(parsers?.markdown(text) ?? { type: "root" }))
          if (!there.has(posix.join(posix.dirname(path), link)))
            lost.push(`${path}: ${link}`);
      }
      expect(lost).toEqual([]);
    },
  );

  it("satisfies publint", async () => {
    const { messages, pkg } = await publint({
      pkgDir: join(folder, "package"),
      strict: true,
      pack: false,
    });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  it("runs the README's start: init, validate, plan, apply, plan, drift", async () => {
    await tieline(["init", "my-connections"]);
    const inside = join(folder, "my-connections");
    expect((await tieline(["validate"], inside)).stdout).toContain(
      "dev: 2 connections, valid",
    );
    expect((await tieline(["plan", "dev"], inside)).stdout).toContain(
      "2 to create",
    );
    expect((await tieline(["apply", "dev", "--yes"], inside)).stdout).toContain(
      "2 created",
    );
    // Exit 2 would reject.
    await tieline(["plan", "dev", "--detailed-exitcode"], inside);
    await tieline(["drift", "dev", "--detailed-exitcode"], inside);
    expect((await readdir(inside)).sort()).toEqual([
      ".gitattributes",
      ".gitignore",
      ".sops.yaml",
      ".tieline",
      "connections",
      "environments",
      "schemas",
    ]);
  });

  it("says what to install for what only some need", async () => {
    await tieline(["init", "wants-more"]);
    const inside = join(folder, "wants-more");
    const file = join(inside, "environments/dev/environment.yaml");
    const document = await readFile(file, "utf8");
    await writeFile(
      file,
      `${document.replace(/^state:.*\n(?: .*\n)*/mu, "")}state: { backend: postgres }\n`,
    );
    await expect(
      run(process.execPath, [PROGRAM(), "status", "dev"], {
        cwd: inside,
        env: {
          PATH: process.env["PATH"] ?? "",
          HOME: folder,
          TIELINE_DATABASE_URL: "postgresql://nobody@127.0.0.1:1/none",
        },
      }),
    ).rejects.toMatchObject({
      stderr: expect.stringContaining("npm install pg") as string,
    });
  });

  it("gives the library of the README, typed", async () => {
    const program = `
import { openConfiguration, type Plan, type Outcome } from "tieline";
const environment = await openConfiguration("./lib").open("dev");
try {
  const { plan }: { plan: Plan } = await environment.plan();
  const { outcomes }: { outcomes: readonly Outcome[] } = await environment.apply(plan);
  console.log(JSON.stringify([plan.summary.create, outcomes.map((o) => o.status)]));
} finally {
  await environment.close();
}
`;
    await tieline(["init", "lib"]);
    await writeFile(join(folder, "use.mts"), program);
    await writeFile(join(folder, "package.json"), '{"type":"module"}');
    await symlink(
      join(ROOT, "node_modules/@types"),
      join(folder, "node_modules/@types"),
    );
    const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
    await run(
      process.execPath,
      [
        tsc,
        "--strict",
        "--exactOptionalPropertyTypes",
        "--module",
        "nodenext",
        "--target",
        "es2023",
        "--lib",
        "es2024",
        "--types",
        "node",
        "use.mts",
      ],
      { cwd: folder },
    );
    const { stdout } = await run(process.execPath, ["use.mjs"], {
      cwd: folder,
    });
    expect(JSON.parse(stdout)).toEqual([2, ["applied", "applied"]]);
  });

  it("leaves the modules of the library importable one by one only through its surface", async () => {
    const attempt = run(
      process.execPath,
      ["-e", 'import("tieline/dist/bin/runs.cjs")'],
      { cwd: folder },
    );
    await expect(attempt).rejects.toThrow(
      /not defined by "exports"|ERR_PACKAGE_PATH_NOT_EXPORTED/u,
    );
  });
});
