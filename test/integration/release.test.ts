/** How a release is made: the formula, and the steps of the workflow as far as they run here. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { aWorkspace } from "../support/cli.ts";
import { runInShell } from "../support/shell.ts";
import { programOf } from "../support/deploy-files.ts";

const TOP = new URL("../../", import.meta.url).pathname;
const WORKFLOWS = join(TOP, ".github/workflows");
const GOLDEN = join(TOP, "test/golden/homebrew/tieline.rb");
const ACTIONLINT = programOf("actionlint", "TIELINE_ACTIONLINT");
const TARGETS = ["darwin-arm64", "darwin-x64", "linux-arm64", "linux-x64"];
const REPOSITORY = "https://git.example/acme/tieline";

interface Step {
  readonly name?: string;
  readonly run?: string;
  readonly uses?: string;
}
interface Job {
  readonly steps: readonly Step[];
  readonly permissions?: Readonly<Record<string, string>>;
  readonly strategy?: {
    readonly matrix: {
      readonly include: readonly { readonly target: string }[];
    };
  };
}
const release = parse(
  await readFile(join(WORKFLOWS, "release.yml"), "utf8"),
) as {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
};

/** The script of a step. */
function script(job: string, name: string): string {
  const step = release.jobs[job]?.steps.find((each) => each.name === name);
  if (step?.run === undefined) throw new Error(`${job} has no step ${name}`);
  return `set -eo pipefail\n${step.run}`;
}

function formula(sums: string, ...rest: readonly string[]) {
  const [repository = REPOSITORY, version = "0.1.0"] = rest;
  return spawnSync(
    process.execPath,
    [join(TOP, "scripts/homebrew.mjs"), repository, version, sums],
    { encoding: "utf8" },
  );
}

async function someSums(targets: readonly string[]): Promise<string> {
  const root = await aWorkspace({
    SHA256SUMS: targets
      .map(
        (target, index) =>
          `${String(index).repeat(64)}  tieline-0.1.0-${target}.tar.gz\n`,
      )
      .join(""),
  });
  return join(root, "SHA256SUMS");
}

describe("the formula of Homebrew", () => {
  it("is made from the archives of a release", async () => {
    const { stdout, stderr } = formula(await someSums(TARGETS));
    expect(stderr).toBe("");
    if (process.env["UPDATE_GOLDEN"] === "1") await writeFile(GOLDEN, stdout);
    expect(stdout).toBe(await readFile(GOLDEN, "utf8"));
  });

  it.each([
    ["an archive is missing", TARGETS.slice(1), []],
    [
      "the version is more than one",
      TARGETS,
      [REPOSITORY, '1.0.0"; system "x'],
    ],
    ["the repository is no address", TARGETS, ["acme/tieline", "0.1.0"]],
  ])("is not made where %s", async (_, targets, rest) => {
    const { status, stdout } = formula(await someSums(targets), ...rest);
    expect([status, stdout]).toEqual([1, ""]);
  });
});

describe("the workflow of a release", () => {
  it("gives rights to the jobs that need them alone", () => {
    expect(release.permissions).toEqual({ contents: "read" });
    const rights = Object.entries(release.jobs).map(([name, job]) => [
      name,
      Object.entries(job.permissions ?? {})
        .filter(([, level]) => level === "write")
        .map(([right]) => right),
    ]);
    expect(Object.fromEntries(rights)).toEqual({
      package: [],
      executables: [],
      image: ["packages"],
      npm: ["id-token"],
      release: ["contents", "id-token", "attestations"],
    });
  });

  it("makes the executables that the formula names", () => {
    const made = release.jobs["executables"]?.strategy?.matrix.include.map(
      ({ target }) => target,
    );
    expect(made).toEqual(expect.arrayContaining(TARGETS));
    expect(made).toContain("win32-x64");
  });

  it("pins every action to a commit", () => {
    const used = Object.values(release.jobs)
      .flatMap(({ steps }) => steps)
      .flatMap(({ uses }) => uses ?? []);
    expect(used.length).toBeGreaterThan(5);
    expect(
      used.filter((action) => !/^[\w./-]+@[0-9a-f]{40}$/u.test(action)),
    ).toEqual([]);
  });

  it("publishes nothing under a tag that is not the version", async () => {
    const name = "The tag is the version of the package";
    const { version } = JSON.parse(
      await readFile(join(TOP, "package.json"), "utf8"),
    ) as { version: string };
    const cwd = await aWorkspace({
      "package.json": JSON.stringify({ version }),
    });
    const GITHUB_OUTPUT = join(cwd, "output");
    const as = (GITHUB_REF_NAME: string) =>
      runInShell(script("package", name), {
        cwd,
        env: { GITHUB_REF_NAME, GITHUB_OUTPUT },
      });
    expect((await as("v99.0.0")).status).toBe(1);
    expect((await as(`v${version}`)).status).toBe(0);
    expect(await readFile(GITHUB_OUTPUT, "utf8")).toBe(`version=${version}\n`);
  });

  it("says the checksum of everything, and what is in it", async () => {
    const cwd = await aWorkspace({});
    await mkdir(join(cwd, "release"));
    await mkdir(join(cwd, "scripts"));
    await mkdir(join(cwd, "scripts/homebrew"), { recursive: true });
    for (const file of [
      "scripts/homebrew.mjs",
      "scripts/homebrew/tieline.rb.template",
    ])
      await writeFile(join(cwd, file), await readFile(join(TOP, file)));
    const names = [
      "tieline-0.1.0.tgz",
      "tieline.cdx.json",
      ...TARGETS.map((target) => `tieline-0.1.0-${target}.tar.gz`),
    ];
    for (const name of names)
      await writeFile(join(cwd, "release", name), `made up: ${name}\n`);
    const made = await runInShell(
      script("release", "Checksums, and the formula of Homebrew"),
      {
        cwd,
        env: {
          VERSION: "0.1.0",
          GITHUB_SERVER_URL: "https://git.example",
          GITHUB_REPOSITORY: "acme/tieline",
        },
      },
    );
    expect(made.status, made.stderr).toBe(0);
    const check = await runInShell("sha256sum --check --quiet SHA256SUMS", {
      cwd: join(cwd, "release"),
      env: {},
    });
    expect(check.status, check.stderr).toBe(0);
    const sums = await readFile(join(cwd, "release/SHA256SUMS"), "utf8");
    for (const name of names) expect(sums).toContain(`  ${name}\n`);
    expect(await readFile(join(cwd, "release/tieline.rb"), "utf8")).toContain(
      "https://git.example/acme/tieline/releases/download/v0.1.0/tieline-0.1.0-linux-x64.tar.gz",
    );
  });

  it("lists as CycloneDX what is bundled, and nothing that only builds", async () => {
    const { status, stdout } = spawnSync(
      process.execPath,
      [join(TOP, "scripts/sbom.mjs")],
      { encoding: "utf8", cwd: TOP },
    );
    expect(status).toBe(0);
    const sbom = JSON.parse(stdout) as {
      readonly bomFormat: string;
      readonly metadata: { readonly component: { readonly name: string } };
      readonly components: readonly { readonly "bom-ref": string }[];
    };
    expect([sbom.bomFormat, sbom.metadata.component.name]).toEqual([
      "CycloneDX",
      "tieline",
    ]);
    const listed = sbom.components.map((each) => each["bom-ref"]).sort();
    const bundled = JSON.parse(
      await readFile(join(TOP, "dist/third-party.json"), "utf8"),
    ) as readonly { readonly name: string; readonly version: string }[];
    expect(listed).toEqual(
      bundled.map(({ name, version }) => `${name}@${version}`).sort(),
    );
  });

  it.skipIf(ACTIONLINT === undefined)(
    "and the others are sound to actionlint (skipped where it is not installed: TIELINE_ACTIONLINT)",
    () => {
      const { status, stdout } = spawnSync(ACTIONLINT ?? "", [], {
        encoding: "utf8",
        cwd: TOP,
      });
      expect([status, stdout]).toEqual([0, ""]);
    },
  );
});
