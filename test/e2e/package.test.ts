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
import { join } from "node:path";
import { promisify } from "node:util";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const run = promisify(execFile);
const ROOT = new URL("../../", import.meta.url).pathname;

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/**
 * The packed archive, laid into an empty folder as an installer would, with the declared
 * dependencies (and nothing else) beside it. The dependencies are links to the ones already
 * installed here, so that this needs no network.
 */
let folder = "";
let packed: readonly string[] = [];

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
    files: { path: string }[];
  }[];
  packed = archive?.files.map((file) => file.path) ?? [];
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
  const manifest = JSON.parse(
    await readFile(join(ROOT, "package.json"), "utf8"),
  ) as Manifest;
  for (const name of Object.keys({
    ...manifest.dependencies,
    ...manifest.optionalDependencies,
  })) {
    const target = join(folder, "node_modules", name);
    await mkdir(join(target, ".."), { recursive: true });
    await symlink(join(ROOT, "node_modules", name), target);
  }
}, 120_000);
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const tieline = (
  args: readonly string[],
  cwd = folder,
): Promise<{ stdout: string; stderr: string }> =>
  run(
    process.execPath,
    [join(folder, "node_modules/tieline/dist/bin/tieline.cjs"), ...args],
    {
      cwd,
      env: { PATH: process.env["PATH"] ?? "", HOME: folder },
    },
  );

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
      "2 of 2 changes applied",
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
      ["-e", 'import("tieline/dist/app/apply.js")'],
      { cwd: folder },
    );
    await expect(attempt).rejects.toThrow(
      /not defined by "exports"|ERR_PACKAGE_PATH_NOT_EXPORTED/u,
    );
  });
});
