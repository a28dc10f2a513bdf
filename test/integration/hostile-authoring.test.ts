import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CliResult } from "../support/cli.ts";
import {
  tameWorkspaces,
  wildWorkspaces,
  type CorpusWorkspace,
} from "../support/corpus.ts";
import {
  hostileCode,
  hostileConnections,
  hostileExports,
} from "../support/corpus-inputs.ts";
import {
  aPlace,
  CREDENTIALS,
  runTidily,
  treeOf,
  type Place,
} from "../support/hostile.ts";
import {
  sendJson,
  startRawServer,
  type RawServer,
} from "../support/raw-server.ts";

// TIELINE_LONG_TESTS=1 writes 2,000 documents; TIELINE_CORPUS_SEED starts elsewhere.
const IS_LONG = process.env["TIELINE_LONG_TESTS"] === "1";
const SEED = Number(process.env["TIELINE_CORPUS_SEED"] ?? "20261122");
const SIZE = IS_LONG ? { wild: 50, tame: 100 } : { wild: 3, tame: 4 };
const DOCUMENTS = { wild: 28, tame: 9 };
/** Each workspace takes one command in so many, each workspace others. */
const STRIDE = IS_LONG ? 3 : 5;
const MAX_PEAK_KIB = 256 * 1024;
/** What a command may end with that reaches no API: done, differs, invalid, usage. */
const OFFLINE = [0, 2, 3, 64];
/** Writes the most memory the process had, in KiB, where the test looks for it. */
const PEAK = `process.on("exit", () => { require("node:fs").appendFileSync(process.env.PEAK_FILE, process.resourceUsage().maxRSS + "\\n"); });\n`;

interface Run {
  readonly args: readonly string[];
  /** Nothing below the workspace may change. */
  readonly reads?: boolean;
  readonly statuses?: readonly number[];
}

/** What is run over one workspace: first what only reads, then what writes. */
function runsOver({ names, whims }: CorpusWorkspace): readonly Run[] {
  const at = (index: number): number => whims[index % whims.length] ?? 0;
  const name = (index: number): string =>
    names[at(index) % names.length] ?? "mail";
  const field =
    ["scopes", "settings.prompt", "labels", "__proto__", "/a~2", ""][
      at(0) % 6
    ] ?? "";
  const reads = [
    ["validate"],
    ["validate", "--json"],
    ["validate", "--output", "sarif"],
    ["validate", "--output", "github"],
    ["lint"],
    ["lint", "--json"],
    ["lint", "--output", "sarif"],
    ["lint", "--output", "github"],
    ["lint", "--fix", "--dry-run"],
    ["fmt", "--check"],
    ["fmt", "--dry-run", "--json"],
    ["fmt", "--check", `connections/${name(1)}.yaml`],
    ["migrate", "--dry-run"],
    ["migrate", "--dry-run", "--json"],
    ["explain", "dev", "--", name(0)],
    ["explain", "dev", "--json", "--", name(1), field],
    ["explain", "--", name(2), name(3)],
    ["compare", "dev", "prod", "--all"],
    ["compare", "dev", "prod", "--json", "--", name(4)],
    ["promote", "dev", "prod", "--dry-run"],
    ["promote", "prod", "dev", "--dry-run", "--json", "--", name(5)],
    ["usage", "code"],
    ["usage", "code", "--output", "github"],
    ["usage", "code", "--output", "sarif"],
    ["render", "dev"],
    ["render", "dev", "--json"],
    ["render", "dev", "--format", "env"],
    ["catalog", "search", "--", name(6)],
    ["catalog", "show", "--", name(7)],
    ["schema", "--", name(0)],
    ["schema", "connection"],
    [
      "add",
      "gmail",
      "--dry-run",
      "--name",
      name(1),
      "--template",
      name(2),
      "--no-input",
    ],
    ["add", "--dry-run", "--no-input", "--json", "--", name(3)],
    ["import", "dev", "--dry-run"],
    ["import", "--from", "composio", "composio.json", "--dry-run"],
    [
      "import",
      "--from",
      "nango",
      "nango.json",
      "--environment",
      "dev",
      "--dry-run",
      "--json",
    ],
    ["plan", "dev"],
  ].map((args) => ({ args, reads: true }));
  const writes = [
    ["render", "dev", "--out", "out.yaml"],
    ["export", "terraform", "dev", "--out", "terraform"],
    ["lint", "--fix"],
    ["migrate"],
    ["fmt"],
    [
      "add",
      "gmail",
      "--name",
      "added-one",
      "--client-id",
      "x",
      "--scope",
      name(4),
      "--description",
      name(5),
      "--owner",
      name(6),
      "--no-input",
    ],
    ["promote", "dev", "prod"],
    ["import", "--from", "nango", "nango.json", "--environment", "dev"],
    ["import", "--from", "composio", "composio.json"],
    ["fmt"],
  ].map((args) => ({ args }));
  return [...reads, ...writes];
}

/** Puts the workspace on the disk; a file that the system refuses is left out. */
async function write(
  place: Place,
  { files }: CorpusWorkspace,
): Promise<number> {
  let written = 0;
  for (const { path, bytes } of files) {
    const full = join(place.root, path);
    try {
      await mkdir(dirname(full), { recursive: true });
      await writeFile(full, bytes, { flag: "wx" });
      written += 1;
    } catch {
      // A name the system does not take, or that another file has already.
    }
  }
  return written;
}

/** Everything below the workspace but what the API in the program's own process keeps. */
async function documentsOf({ root }: Place): Promise<readonly string[]> {
  return (await treeOf(root)).filter(
    (line) => !line.startsWith(`${root}/.tieline/`),
  );
}

/** What is in JSON says how the run ended. */
function expectOneValue(args: readonly string[], result: CliResult): void {
  const isSarif = args.includes("sarif");
  if (!args.includes("--json") && !(isSarif && result.stdout !== "")) return;
  // Whatever it is, it is a value.
  const value = JSON.parse(result.stdout) as { exit_code?: unknown };
  const isResult = !isSarif && !args.includes("render");
  if (isResult) expect(value.exit_code).toBe(result.status);
}

const figures = {
  documents: 0,
  runs: 0,
  done: new Map<string, number>(),
  peak: 0,
  slowest: 0,
};

async function attack(
  folder: string,
  workspace: CorpusWorkspace,
  offset: number,
  origin: string,
): Promise<void> {
  const place = await aPlace(folder);
  const count = await write(place, workspace);
  figures.documents += count;
  for (const [path, text] of [
    ...hostileCode(workspace),
    ...hostileExports(workspace),
  ])
    await mkdir(dirname(join(place.root, path)), { recursive: true }).then(() =>
      writeFile(join(place.root, path), text),
    );
  const peakFile = join(folder, `peak-${place.outer.slice(-6)}`);
  const outside = async (): Promise<readonly string[]> =>
    (await treeOf(place.outer)).filter(
      (line) => !line.startsWith(`${place.root}/`),
    );
  const before = await outside();
  for (const [index, run] of runsOver(workspace).entries()) {
    if ((index + offset) % STRIDE !== 0) continue;
    const isRemote = run.args[0] === "import" && run.args[1] === "dev";
    const inside = run.reads === true ? await documentsOf(place) : [];
    const started = performance.now();
    const result = await runTidily(
      isRemote ? [...run.args, "--target", origin] : run.args,
      {
        cwd: place.root,
        env: {
          ...CREDENTIALS,
          PEAK_FILE: peakFile,
          NODE_OPTIONS: `--max-old-space-size=256 --require ${join(folder, "peak.cjs")}`,
        },
      },
    ).catch((error: unknown) => {
      throw new Error(`${JSON.stringify(run.args)} in ${place.root}`, {
        cause: error,
      });
    });
    figures.slowest = Math.max(figures.slowest, performance.now() - started);
    figures.runs += 1;
    const what = `${JSON.stringify(run.args)} in ${place.root}\n${result.stderr.slice(0, 1500)}`;
    expect(isRemote ? [...OFFLINE, 1, 6, 7] : OFFLINE, what).toContain(
      result.status,
    );
    expectOneValue(run.args, result);
    if (result.status === 0)
      figures.done.set(
        run.args[0] ?? "",
        (figures.done.get(run.args[0] ?? "") ?? 0) + 1,
      );
    if (run.reads === true)
      expect(await documentsOf(place), what).toEqual(inside);
    expect(await outside(), what).toEqual(before);
  }
  const peaks = (await readFile(peakFile, "utf8")).split("\n").map(Number);
  figures.peak = Math.max(figures.peak, ...peaks);
  await rm(place.outer, { recursive: true, force: true });
}

describe("hostile documents in every command of authoring", () => {
  let folder: string;
  let server: RawServer;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "tieline-corpus-"));
    await writeFile(join(folder, "peak.cjs"), PEAK);
    const connections = hostileConnections(SEED);
    server = await startRawServer((_index, request, response) => {
      const { pathname } = new URL(request.url ?? "/", "http://127.0.0.1");
      if (pathname === "/oauth/token")
        sendJson(response, 200, { access_token: "t", expires_in: 3600 });
      else if (pathname === "/api/v1/connections/app")
        sendJson(response, 200, {
          connections,
          total_size: connections.length,
        });
      else if (pathname.startsWith("/api/v1/connections/"))
        sendJson(response, 200, {
          connection:
            connections.find(({ id }) => pathname.endsWith(`/${String(id)}`)) ??
            connections[0],
        });
      else if (pathname === "/api/v1/providers")
        sendJson(response, 200, { providers: [] });
      else sendJson(response, 404, { code: 5, message: "not found" });
    });
  });
  afterAll(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  const wild = wildWorkspaces(SEED, SIZE.wild, DOCUMENTS.wild);
  const tame = tameWorkspaces(SEED + 1, SIZE.tame, DOCUMENTS.tame);
  it.concurrent.for(
    [...wild, ...tame].map((workspace, index) => ({ workspace, index })),
  )(
    "end in words, and change nothing they should not: workspace $index",
    { timeout: 600_000 },
    async ({ workspace, index }) => {
      await attack(folder, workspace, index, server.origin);
    },
  );

  it("reached what the commands do, in little memory", async (test) => {
    await test.annotate(
      `${String(figures.documents)} documents, ${String(figures.runs)} runs, peak ${String(Math.round(figures.peak / 1024))} MiB, slowest ${String(Math.round(figures.slowest))} ms, ended well: ${JSON.stringify([...figures.done])}`,
    );
    expect(figures.documents).toBeGreaterThan(IS_LONG ? 2000 : 120);
    expect(figures.peak).toBeLessThan(MAX_PEAK_KIB);
    const some = [...figures.done.values()].reduce((sum, one) => sum + one, 0);
    expect(some).toBeGreaterThan(figures.runs / 5);
    if (!IS_LONG) return;
    for (const command of [
      "validate",
      "lint",
      "fmt",
      "migrate",
      "explain",
      "compare",
      "promote",
      "usage",
      "render",
      "export",
      "add",
    ])
      expect(figures.done.get(command), command).toBeGreaterThan(0);
  });
});
