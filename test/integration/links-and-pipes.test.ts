import {
  existsSync,
  mkdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { cp, mkdtemp, readFile, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  connectionText,
  PROGRAM,
  tieline,
  writeFiles,
  type CliResult,
} from "../support/cli.ts";
import { makePipe, snapshot } from "../support/folder.ts";
import { runInShell } from "../support/shell.ts";

/** A command that hangs is killed by the test's own limit; none of these takes longer than this. */
const PATIENCE_MS = 20_000;
const MESSY = "connection_id:   messy\nprovider: gmail\nauth_type: oauth2\n";
const EXPORT = '{"items":[]}';

/** A command and the file it writes or reads, with a folder on the way to it. */
interface Case {
  readonly args: readonly string[];
  /** Relative to the workspace. */
  readonly file: string;
  /** A folder on the way, where it is not the one the file is in. */
  readonly parent?: string | null;
  readonly input?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Situations that are right for this command all the same, with the reason. */
  readonly fine?: Readonly<Partial<Record<Situation, string>>>;
}

type Situation = "link" | "dangling link" | "folder" | "pipe" | "linked folder";
const SITUATIONS: readonly Situation[] = [
  "link",
  "dangling link",
  "folder",
  "pipe",
  "linked folder",
];

const STATE = ".tieline/state/dev";
const SECRETS = "environments/dev/secrets.enc.yaml";
const NOT_OURS = "it was applied already, and nothing there is looked at";

const WRITES: readonly Case[] = [
  { args: ["init", "new"], file: "new/.gitignore" },
  { args: ["init", "new"], file: "new/.gitattributes" },
  { args: ["init", "new"], file: "new/connections/slack-notify.yaml" },
  {
    args: ["add", "notion", "--name", "notes", "--platform-client"],
    file: "connections/notes.yaml",
  },
  {
    args: ["fmt"],
    file: "connections/messy.yaml",
    files: { "connections/messy.yaml": MESSY },
  },
  {
    args: ["lint", "--fix"],
    file: "connections/messy.yaml",
    files: {
      "connections/messy.yaml": connectionText("messy", ["read", "read"]),
    },
  },
  {
    args: ["migrate"],
    file: "connections/flat.yaml",
    files: { "connections/flat.yaml": "OLD" },
  },
  {
    args: ["promote", "dev", "staging"],
    file: "environments/staging/connections/plain.yaml",
  },
  { args: ["import", "dev"], file: "connections/gone.yaml" },
  { args: ["schema", "--out", "out"], file: "out/overlay.schema.json" },
  { args: ["render", "dev", "--out", "out/app.yaml"], file: "out/app.yaml" },
  { args: ["plan", "dev", "--out", "out/plan.json"], file: "out/plan.json" },
  {
    args: ["export", "terraform", "dev", "--out", "out"],
    file: "out/README.md",
  },
  { args: ["keys", "generate", "--out", "out/k.pem"], file: "out/k.pem" },
  { args: ["state", "pull", "dev", "out/copy.json"], file: "out/copy.json" },
  {
    args: ["secrets", "set", "dev", "a/b", "--stdin"],
    file: SECRETS,
    input: "value-1",
  },
  {
    args: ["secrets", "set", "environments/dev/new.enc.yaml", "a/b", "--stdin"],
    file: "environments/dev/new.enc.yaml",
    input: "value-1",
  },
  {
    args: ["secrets", "unset", "dev", "gmail-support/client_secret"],
    file: SECRETS,
  },
  { args: ["secrets", "rotate", "dev"], file: SECRETS },
  { args: ["secrets", "updatekeys", "dev"], file: SECRETS },
  { args: ["secrets", "edit", "dev"], file: SECRETS, env: { EDITOR: "true" } },
  {
    args: ["secrets", "merge", "base", "ours", "theirs", SECRETS],
    file: "ours",
    parent: null,
  },
  { args: ["secrets", "install-git"], file: ".gitattributes", parent: null },
  {
    args: ["apply", "dev", "--yes"],
    file: `${STATE}/inventory.json`,
    parent: ".tieline",
  },
  {
    args: ["apply", "dev", "--yes"],
    file: `${STATE}/ledger.jsonl`,
    parent: ".tieline/state",
  },
  {
    args: ["apply", "dev", "--yes"],
    file: `${STATE}/journal.jsonl`,
    parent: STATE,
  },
  {
    args: ["apply", "dev", "--yes"],
    file: `${STATE}/plans`,
    parent: null,
    fine: { folder: "that is what it is" },
  },
  {
    args: ["apply", "dev", "--yes"],
    file: `${STATE}/fingerprint.key`,
    parent: null,
    fine: {
      link: NOT_OURS,
      "dangling link": NOT_OURS,
      folder: NOT_OURS,
      pipe: NOT_OURS,
    },
  },
  { args: ["apply", "dev", "--yes"], file: `${STATE}/lease.7`, parent: null },
  { args: ["apply", "dev", "--yes"], file: `${STATE}/writer.7`, parent: null },
  {
    args: ["apply", "dev", "--yes"],
    file: ".tieline/embedded/dev.json",
    parent: ".tieline/embedded",
  },
  {
    args: ["apply", "dev", "--yes"],
    file: ".tieline/embedded/dev.json.lock",
    parent: null,
  },
  {
    args: ["forget", "dev", "plain", "--yes"],
    file: `${STATE}/inventory.json`,
    parent: STATE,
  },
  {
    args: ["emulate", "dev"],
    file: ".tieline/embedded/dev.json",
    parent: ".tieline",
  },
  {
    args: ["plan", "dev"],
    file: ".tieline/.gitignore",
    parent: null,
    fine: {
      link: "a plan of what was applied writes nothing",
      "dangling link": "",
      folder: "",
      pipe: "",
    },
  },
];

/** Every run takes the link, or the linked folder, and one more; long runs take all. */
function situationsOf(index: number): readonly Situation[] {
  if (process.env["TIELINE_PROPERTY_RUNS"] !== undefined) return SITUATIONS;
  const others = SITUATIONS.slice(1, 4);
  return [
    index % 2 === 0 ? "link" : "linked folder",
    others[index % others.length] ?? "pipe",
  ];
}

const READS: readonly Case[] = [
  { args: ["apply", "plan.json"], file: "plan.json", parent: null },
  {
    args: ["import", "--from", "composio", "export.json"],
    file: "export.json",
    parent: null,
    files: { "export.json": EXPORT },
  },
  {
    args: ["state", "push", "dev", "copy.json"],
    file: "copy.json",
    parent: null,
  },
  {
    args: ["secrets", "set", "dev", "a/b", "--value-file", "in/value"],
    file: "in/value",
    files: { "in/value": "value-1" },
  },
  {
    args: ["plan", "dev", "--out", "p.json", "--sign-key-file", "in/k.pem"],
    file: "in/k.pem",
    files: { "in/k.pem": "x" },
  },
  { args: ["secrets", "list", "dev"], file: SECRETS },
  { args: ["secrets", "rotate", "dev"], file: ".sops.yaml", parent: null },
  {
    args: ["secrets", "rotate", "dev"],
    file: "environments/dev/demo.agekey",
    parent: null,
  },
  {
    args: ["secrets", "merge", "base", "ours", "theirs", SECRETS],
    file: "theirs",
    parent: null,
  },
  { args: ["validate", "dev"], file: "connections/plain.yaml" },
  { args: ["validate", "dev"], file: "environments/dev/environment.yaml" },
  { args: ["fmt", "--check"], file: "connections/plain.yaml" },
  {
    args: ["status", "dev"],
    file: `${STATE}/journal.jsonl`,
    parent: ".tieline",
  },
  { args: ["state", "show", "dev"], file: `${STATE}/lease.9`, parent: null },
  {
    args: ["ledger", "log", "dev"],
    file: `${STATE}/ledger.jsonl`,
    parent: STATE,
  },
];

let start = "";
let outside = "";

beforeAll(async () => {
  start = await mkdtemp(join(tmpdir(), "tieline-ways-"));
  outside = await realpath(await mkdtemp(join(tmpdir(), "tieline-outside-")));
  const run = async (...args: string[]): Promise<void> => {
    const result = await tieline(args, { cwd: start });
    expect(result.status, `${args.join(" ")}: ${result.stderr}`).toBe(0);
  };
  await run("init", ".");
  await writeFiles(start, {
    "connections/plain.yaml": connectionText("plain", ["read"]),
    "connections/gone.yaml": connectionText("gone", ["read"]),
    "environments/staging/environment.yaml":
      'environment: staging\ntarget: "embedded:"\n',
  });
  await run("fmt");
  await run("apply", "dev", "--yes");
  // Live and owned, and no longer declared: something to import.
  await rm(join(start, "connections/gone.yaml"));
  await writeFiles(start, {
    "environments/dev/connections/plain.yaml": "description: Of dev alone\n",
  });
  await run("plan", "dev", "--out", "plan.json");
  await run("state", "pull", "dev", "copy.json");
  await cp(join(start, SECRETS), join(start, "base"));
  await cp(join(start, SECRETS), join(start, "ours"));
  await cp(join(start, SECRETS), join(start, "theirs"));
}, 60_000);
afterAll(async () => {
  for (const folder of [start, outside])
    await rm(folder, { recursive: true, force: true });
});

/**
 * Puts something in the place of a file, or of a folder on the way to it, that leads to or looks
 * like another one outside.
 */
async function hinder(
  root: string,
  { file, parent }: Case,
  situation: Situation,
): Promise<void> {
  const target = join(root, file);
  const victim = join(outside, "victim");
  const folder = join(root, parent ?? dirname(file));
  if (situation === "linked folder") {
    mkdirSync(folder, { recursive: true });
    await cp(folder, join(outside, "folder"), { recursive: true });
    rmSync(folder, { recursive: true });
    symlinkSync(join(outside, "folder"), folder);
    return;
  }
  mkdirSync(dirname(target), { recursive: true });
  const text = existsSync(target) ? await readFile(target).catch(() => "") : "";
  rmSync(target, { recursive: true, force: true });
  writeFileSync(victim, text);
  if (situation === "link") symlinkSync(victim, target);
  if (situation === "dangling link")
    symlinkSync(join(outside, "absent"), target);
  if (situation === "folder") mkdirSync(target);
  if (situation === "pipe") makePipe(target);
}

async function attempt(
  each: Case,
  situation: Situation,
): Promise<string | undefined> {
  if (situation === "linked folder" && each.parent === null) return undefined;
  const root = await realpath(await mkdtemp(join(tmpdir(), "tieline-ways-")));
  try {
    await cp(start, root, { recursive: true });
    const { files = {} } = each;
    await writeFiles(root, files);
    if (files["connections/flat.yaml"] === "OLD")
      await cp(
        new URL("../fixtures/v0/flat.yaml", import.meta.url),
        join(root, "connections/flat.yaml"),
      );
    await hinder(root, each, situation);
    const before = { ...snapshot(outside), ...withoutState(snapshot(root)) };
    const abort = new AbortController();
    const timer = setTimeout(() => {
      abort.abort();
    }, PATIENCE_MS);
    const result = await tieline(each.args, {
      cwd: root,
      ...(each.env === undefined ? {} : { env: each.env }),
      ...(each.input === undefined ? {} : { input: each.input }),
      killWhen: new Promise((resolve) => {
        abort.signal.addEventListener("abort", () => {
          resolve();
        });
      }),
    });
    clearTimeout(timer);
    const after = { ...snapshot(outside), ...withoutState(snapshot(root)) };
    if (each.fine?.[situation] !== undefined) return faultOf(result, true);
    return faultOf(result, false) ?? differenceOf(before, after);
  } finally {
    await rm(root, { recursive: true, force: true });
    for (const name of ["victim", "folder", "absent"])
      await rm(join(outside, name), { recursive: true, force: true });
  }
}

/**
 * What the program keeps for itself may change; what leads out of it may not, and is compared
 * outside.
 */
function withoutState(files: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files).filter(([name]) => !name.startsWith(".tieline/")),
  );
}

function faultOf(
  { status, stdout, stderr }: CliResult,
  isFine: boolean,
): string | undefined {
  if (status === null) return "it hung";
  if (/INT001|\bat .*:\d+:\d+/u.test(stdout + stderr))
    return `it crashed: ${stderr}`;
  if (isFine) return undefined;
  if (status === 0) return `it went well: ${stdout}${stderr}`;
  const said = stdout + stderr;
  return /\b[A-Z]{3}\d{3}\b/u.test(said) ? undefined : `no code: ${said}`;
}

function differenceOf(
  before: Record<string, string>,
  after: Record<string, string>,
): string | undefined {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = names.filter((name) => before[name] !== after[name]);
  return changed.length === 0 ? undefined : `changed: ${changed.join(", ")}`;
}

describe.each([
  ["writes", WRITES],
  ["reads", READS],
] as const)("where a command %s", (_, cases) => {
  it.each(
    cases.map(
      (each, index) =>
        [`${each.args.join(" ")}: ${each.file}`, each, index] as const,
    ),
  )("%s", async (_name, each, index) => {
    const wrong: string[] = [];
    for (const situation of situationsOf(index)) {
      const fault = await attempt(each, situation);
      if (fault !== undefined) wrong.push(`${situation}: ${fault}`);
    }
    expect(wrong).toEqual([]);
  });
});

describe("a temporary name that can be guessed", () => {
  it.each([
    ["plan dev --out plan.json", "plan.json.$$.tmp"],
    ["render dev --out app.yaml", "app.yaml.$$.tmp"],
    ["plan dev", ".tieline/embedded/dev.json.$$.tmp"],
  ])("is not what %s writes to", async (args, name) => {
    const root = await realpath(await mkdtemp(join(tmpdir(), "tieline-ways-")));
    try {
      await cp(start, root, { recursive: true });
      writeFileSync(join(outside, "victim"), "victim");
      const result = await runInShell(
        `ln -s ${join(outside, "victim")} "${name}"; exec ${process.execPath} ${PROGRAM} ${args}`,
        { cwd: root, env: {} },
      );
      expect(result.status, result.stderr).toBe(0);
      expect(snapshot(outside)["victim"]).toContain(" victim");
      expect(basename(name)).toContain("tmp");
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  });
});

describe("a way of the user's own", () => {
  it("is followed outside of the project, and for reading to its end", async () => {
    const root = await realpath(await mkdtemp(join(tmpdir(), "tieline-ways-")));
    const way = `${outside}/way`;
    try {
      await cp(start, root, { recursive: true });
      mkdirSync(join(outside, "place"));
      symlinkSync(join(outside, "place"), way);
      for (const args of [
        ["plan", "dev", "--out", join(way, "plan.json")],
        ["render", "dev", "--out", join(way, "app.yaml")],
        ["schema", "--out", join(way, "schemas")],
        ["state", "pull", "dev", join(way, "copy.json")],
        ["keys", "generate", "--out", join(way, "k.pem")],
      ]) {
        const result = await tieline(args, { cwd: root });
        expect(result.status, result.stderr).toBe(0);
      }
      symlinkSync("k.pem", join(outside, "place/key"));
      const signed = await tieline(
        [
          "plan",
          "dev",
          "--out",
          join(way, "p.json"),
          "--sign-key-file",
          join(way, "key"),
        ],
        { cwd: root },
      );
      expect(signed.status, signed.stderr).toBe(0);
      writeFileSync(join(outside, "place/value"), "value-2");
      symlinkSync("value", join(outside, "place/secret"));
      const set = await tieline(
        ["secrets", "set", "dev", "a/b", "--value-file", join(way, "secret")],
        { cwd: root },
      );
      expect(set.status, set.stderr).toBe(0);
      const handed = await runInShell(
        `${process.execPath} ${PROGRAM} secrets set dev a/c --value-file <(sleep 0.1; printf value-3)`,
        { cwd: root, env: {} },
      );
      expect(handed.status, handed.stderr).toBe(0);
      const key = await runInShell(
        `SOPS_AGE_KEY_FILE=<(cat environments/dev/demo.agekey) ${process.execPath} ${PROGRAM} secrets rotate ${SECRETS}`,
        { cwd: root, env: {} },
      );
      expect(key.status, key.stderr).toBe(0);
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  });
});
