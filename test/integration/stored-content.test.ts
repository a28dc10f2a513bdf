import fc from "fast-check";
import {
  cp,
  mkdtemp,
  readdir,
  readFile,
  rm,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tieline } from "../support/cli.ts";

const RUNS = Number(process.env["TIELINE_PROPERTY_RUNS"] ?? "24");
const STATE = ".tieline/state/dev";

/** Every command that reads what tieline stored. */
const COMMANDS: readonly (readonly string[])[] = [
  ["plan", "dev"],
  ["apply", "dev", "--yes"],
  ["apply", "dev", "--resume"],
  ["status", "dev"],
  ["drift", "dev"],
  ["consent", "dev"],
  ["doctor", "dev"],
  ["state", "show", "dev"],
  ["state", "pull", "dev", "copy.json"],
  ["state", "rebuild", "dev"],
  ["ledger", "log", "dev"],
  ["ledger", "show", "latest", "dev"],
  ["ledger", "verify", "dev"],
  ["ledger", "blame", "dev", "slack-notify"],
  ["forget", "dev", "slack-notify", "--yes"],
];

/** A run that was cut off: nothing leaves a journal behind otherwise. */
const JOURNAL = [
  {
    kind: "begin",
    runId: "r1",
    planDigest: `sha256:${"0".repeat(64)}`,
    commit: null,
    actor: "alex",
    at: "2026-01-01T00:00:00.000Z",
  },
  {
    kind: "step",
    key: "slack-notify",
    action: "update",
    step: "configure",
    at: "2026-01-01T00:00:00.000Z",
  },
  {
    kind: "outcome",
    outcome: {
      key: "slack-notify",
      action: "update",
      status: "applied",
      remoteId: "c1",
      steps: [],
    },
    at: "2026-01-01T00:00:00.000Z",
  },
];

let start = "";
let files: readonly string[] = [];

beforeAll(async () => {
  start = await mkdtemp(join(tmpdir(), "tieline-stored-"));
  for (const args of [
    ["init", "."],
    ["apply", "dev", "--yes"],
  ])
    expect((await tieline(args, { cwd: start })).status).toBe(0);
  const state = join(start, STATE);
  await writeFile(
    join(state, "journal.jsonl"),
    JOURNAL.map((entry) => `${JSON.stringify(entry)}\n`).join(""),
  );
  await writeFile(
    join(state, "fingerprint.key"),
    Buffer.alloc(32, 7).toString("base64"),
  );
  const plans = await readdir(join(state, "plans"));
  files = [
    "inventory.json",
    "ledger.jsonl",
    "journal.jsonl",
    "fingerprint.key",
    "lease.1",
    "writer.1",
    ...plans.map((name) => `plans/${name}`),
  ].map((name) => `${STATE}/${name}`);
  files = [
    ...files,
    ".tieline/embedded/dev.json",
    ".tieline/embedded/dev.json.lock",
  ];
});
afterAll(async () => {
  await rm(start, { recursive: true, force: true });
});

type Path = readonly (string | number)[];

/** Where something stands in a value. */
function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  return [
    path,
    ...Object.entries(value).flatMap(([key, member]) =>
      pathsOf(member, [...path, Array.isArray(value) ? Number(key) : key]),
    ),
  ];
}

function withValue(root: unknown, path: Path, value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const copy = structuredClone(root) as Record<string | number, unknown>;
  // What is undefined is left out of JSON.
  copy[key] = withValue(copy[key], rest, value);
  return copy;
}

/**
 * One line of a file with one member exchanged or left out, or the whole file as something else.
 */
function spoilt(text: string, pick: number, value: unknown): string {
  const lines = text.split("\n").filter((line) => line !== "");
  const isLines = lines.every((line) => line.startsWith("{"));
  const parts = isLines ? lines : [text];
  const places = parts.flatMap((part, index) => {
    try {
      return pathsOf(JSON.parse(part)).map((path) => ({ index, path }));
    } catch {
      return [];
    }
  });
  const place = places[pick % Math.max(1, places.length)];
  if (place === undefined) return JSON.stringify(value) ?? "";
  return parts
    .map((part, index) =>
      index === place.index
        ? (JSON.stringify(withValue(JSON.parse(part), place.path, value)) ?? "")
        : part,
    )
    .map((part) => `${part}\n`)
    .join("");
}

const VALUE = fc.oneof(
  fc.constantFrom(undefined, null, [], {}, "", "x", -1, 1e300, true),
  fc.json({ maxDepth: 2 }).map((text): unknown => JSON.parse(text)),
);
const WHOLE = fc.oneof(
  fc.constantFrom(
    "",
    "\n",
    "null\n",
    "[]\n",
    "{}\n",
    "{\n",
    "\u0000",
    "[".repeat(50_000),
  ),
  fc.string({ unit: "binary", maxLength: 200 }),
);

describe("what is stored below .tieline", () => {
  it("is read or refused with a code, whatever stands there", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(),
        fc.nat(),
        fc.oneof(
          { weight: 3, arbitrary: fc.tuple(fc.nat(), VALUE) },
          { weight: 1, arbitrary: WHOLE },
        ),
        async (which, command, what) => {
          const root = await mkdtemp(join(tmpdir(), "tieline-stored-"));
          try {
            await cp(start, root, { recursive: true });
            const file = join(root, files[which % files.length] ?? "");
            const before = await readFile(file, "utf8").catch(() => "");
            const text =
              typeof what === "string" ? what : spoilt(before, ...what);
            await writeFile(file, text);
            const args = COMMANDS[command % COMMANDS.length] ?? [];
            const abort = new AbortController();
            const killWhen = new Promise<void>((resolve) => {
              abort.signal.addEventListener("abort", () => {
                resolve();
              });
            });
            const timer = setTimeout(() => {
              abort.abort();
            }, 30_000);
            const { status, stdout, stderr } = await tieline(args, {
              cwd: root,
              killWhen,
            });
            clearTimeout(timer);
            const where = `${args.join(" ")} with ${file}: ${text.slice(0, 300)}\n${stderr}`;
            expect(status, where).not.toBeNull();
            expect(stdout + stderr, where).not.toMatch(
              /INT001|^\s+at .*:\d+/mu,
            );
            if (status !== 0)
              expect(stdout + stderr, where).toMatch(
                /[A-Z]{3}\d{3}|not ok|bad/u,
              );
          } finally {
            await rm(root, { recursive: true, force: true });
          }
        },
      ),
      { numRuns: RUNS },
    );
  }, 600_000);
});
