import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { API_CREDENTIALS, anApi, runIn } from "../support/api.ts";
import {
  connectionText,
  environmentText,
  tieline,
  writeFiles,
  type CliResult,
} from "../support/cli.ts";
import { faultyDisk } from "../support/faulty-fs.ts";
import { snapshot } from "../support/folder.ts";

const MORE = Number(process.env["TIELINE_PROPERTY_RUNS"] ?? "0");
const CODES = ["ENOSPC", "EROFS", "EIO", "EACCES", "EDQUOT", "EMFILE"];
const MESSY = "connection_id:   messy\nprovider: gmail\nauth_type: oauth2\n";

/** A command that writes, and what has to be there before it. */
interface Writing {
  readonly args: readonly string[];
  readonly input?: string;
  readonly files?: Readonly<Record<string, string>>;
  /** Commands before it, on a sound disk. */
  readonly before?: readonly (readonly string[])[];
  /** True where files change all or not at all. */
  readonly isWhole: boolean;
}

const WRITING: readonly Writing[] = [
  { args: ["init", "new"], isWhole: true },
  {
    args: ["init", "old"],
    files: { "old/.gitignore": "node_modules/\r\n", "old/.gitattributes": "x" },
    isWhole: true,
  },
  {
    args: [
      "init",
      "--environment",
      "prod",
      "--target",
      "https://acme.scalekit.com",
      "--recipient",
      "age1cy0su9fwf3gf9mw868g5yut09p6nytfmmnktexz2ya5uqg9vl9sss4euqm",
    ],
    isWhole: true,
  },
  {
    args: ["add", "notion", "--name", "notes", "--platform-client"],
    isWhole: true,
  },
  {
    args: ["fmt"],
    files: { "connections/messy.yaml": MESSY, "connections/b.yaml": MESSY },
    isWhole: true,
  },
  { args: ["schema", "--out", "schemas"], isWhole: true },
  { args: ["render", "dev", "--out", "out/app.yaml"], isWhole: true },
  { args: ["plan", "dev", "--out", "out/plan.json"], isWhole: false },
  { args: ["export", "terraform", "dev", "--out", "tf"], isWhole: true },
  { args: ["keys", "generate", "--out", "keys/k.pem"], isWhole: true },
  {
    args: ["secrets", "set", "dev", "a/b", "--stdin"],
    input: "value-1",
    isWhole: true,
  },
  { args: ["secrets", "rotate", "dev"], isWhole: true },
  { args: ["apply", "dev", "--yes"], isWhole: false },
  {
    args: ["state", "pull", "dev", "copy.json"],
    before: [["apply", "dev", "--yes"]],
    isWhole: false,
  },
  {
    args: ["import", "dev", "--yes"],
    before: [["apply", "dev", "--yes"]],
    isWhole: false,
  },
];

let start = "";

beforeAll(async () => {
  start = await mkdtemp(join(tmpdir(), "tieline-disk-"));
  const made = await tieline(["init", "."], { cwd: start });
  expect(made.status, made.stderr).toBe(0);
  await writeFiles(start, {
    "connections/plain.yaml": connectionText("plain", ["read"]),
  });
});
afterAll(async () => {
  await rm(start, { recursive: true, force: true });
});

/** A copy of the workspace in which the command is about to run. */
async function aDisk({ files = {}, before = [] }: Writing): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "tieline-disk-"));
  await cp(start, root, { recursive: true });
  await writeFiles(root, files);
  for (const args of before)
    expect((await tieline(args, { cwd: root })).status).toBe(0);
  return root;
}

function run(
  { args, input }: Writing,
  root: string,
  env: Readonly<Record<string, string>>,
): Promise<CliResult> {
  const given = input === undefined ? {} : { input };
  return tieline(args, { cwd: root, env, ...given });
}

describe("a disk that refuses", () => {
  it.each(
    WRITING.map(
      (writing, index) => [writing.args.join(" "), writing, index] as const,
    ),
  )(
    "%s says so, and leaves nothing half written",
    async (_, writing, index) => {
      const sound = await aDisk(writing);
      const report = `${sound}.calls`;
      try {
        const done = await run(
          writing,
          sound,
          faultyDisk({ within: sound, code: "any", report }),
        );
        expect(done.status, done.stderr).toBe(0);
        const { count } = JSON.parse(await readFile(report, "utf8")) as {
          count: number;
        };
        expect(count).toBeGreaterThan(0);
        const rounds = Math.max(2, Math.floor(MORE / 10));
        for (let round = 0; round < rounds; round += 1) {
          const code = CODES[(index + round) % CODES.length] ?? "EIO";
          const at = 1 + ((index * 7 + round * 5) % count);
          await oneFault(writing, { code, at, isOnce: round % 2 === 0 });
        }
      } finally {
        await rm(sound, { recursive: true, force: true });
        await rm(report, { force: true });
      }
    },
  );
});

async function oneFault(
  writing: Writing,
  rule: {
    readonly code: string;
    readonly at: number;
    readonly isOnce: boolean;
  },
): Promise<void> {
  const root = await aDisk(writing);
  try {
    const before = snapshot(root);
    const result = await run(
      writing,
      root,
      faultyDisk({ within: root, ...rule }),
    );
    const where = `${writing.args.join(" ")} ${JSON.stringify(rule)}\n${result.stderr}`;
    expect(result.stdout + result.stderr, where).not.toMatch(
      /INT001|\bat .*\.cjs:\d/u,
    );
    expect(result.status, where).not.toBeNull();
    const after = snapshot(root);
    const drafts = Object.keys(after).filter((name) =>
      name.includes("-draft-"),
    );
    if (rule.isOnce) expect(drafts, where).toEqual([]);
    if (result.status !== 0)
      expect(result.stderr, where).toMatch(/^error [A-Z]{3}\d{3}: /mu);
    if (writing.isWhole && result.status !== 0 && rule.isOnce)
      expect(after, where).toEqual(before);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

describe("an apply whose state is on a full disk", () => {
  it("tells what it changed and what is not recorded, with status 4, and is finished by the next one", async () => {
    const server = await anApi();
    const root = await aDisk({ args: [], isWhole: false });
    const state = join(root, ".tieline/state");
    const report = `${root}.calls`;
    const apply = (rule?: { readonly at: number }): Promise<CliResult> =>
      runIn(root, server, ["apply", "dev", "--yes", "--json"], {
        env: {
          ...API_CREDENTIALS,
          ...(rule === undefined
            ? {}
            : faultyDisk({ within: state, code: "ENOSPC", report, ...rule })),
        },
      });
    try {
      await rm(join(root, "environments/dev/environment.yaml"));
      await writeFiles(root, {
        "environments/dev/environment.yaml": environmentText("embedded:", [
          "secrets: {demo_key_file: demo.agekey}",
        ]),
      });
      let isPartial = false;
      for (let at = 30; at < 200 && !isPartial; at += 10) {
        const result = await apply({ at });
        expect(result.stdout + result.stderr).not.toContain("INT001");
        if (result.status === 0) break;
        expect([3, 4]).toContain(result.status);
        expect(result.stderr + result.stdout).toContain("STA035");
        const { outcomes = [], unrecorded = null } = JSON.parse(
          result.stdout,
        ) as { outcomes?: { status: string }[]; unrecorded?: object | null };
        isPartial = unrecorded !== null && outcomes.length > 0;
      }
      expect(isPartial).toBe(true);
      const rest = await apply();
      expect(rest.status, rest.stderr).toBe(0);
      const names = server
        .snapshot()
        .connections.map((each) => (each as { key_id: string }).key_id);
      expect(names.sort()).toEqual(["gmail-support", "plain", "slack-notify"]);
    } finally {
      await rm(root, { recursive: true, force: true });
      await rm(report, { force: true });
    }
  });
});
