import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { anApi, API_CREDENTIALS } from "../support/api.ts";
import {
  connectionText,
  PROGRAM,
  tieline,
  writeFiles,
  type CliResult,
} from "../support/cli.ts";
import { aRealFolder } from "../support/folder.ts";

/** A configuration that was applied once, and how it is reached. */
interface World {
  readonly root: string;
  readonly env: Readonly<Record<string, string>>;
  /** Added to every command. */
  readonly more: readonly string[];
}

interface Fault {
  readonly name: string;
  readonly code: string;
  /** Breaks one thing of a world that was sound. */
  readonly break: (world: World) => World | Promise<World>;
  /** True where the command of the fix ends it. */
  readonly isEnded?: boolean;
  /** The command it stops; plan unless said. */
  readonly stops?: "apply";
}

const STATE = ".tieline/state/dev";
const SETTINGS = "environments/dev/environment.yaml";
const SECRETS = "environments/dev/secrets.enc.yaml";

async function edited(
  world: World,
  path: string,
  edit: (text: string) => string,
): Promise<World> {
  const text = await readFile(join(world.root, path), "utf8");
  await writeFiles(world.root, { [path]: edit(text) });
  return world;
}

const withFile = async (
  world: World,
  path: string,
  text: string,
): Promise<World> => {
  await writeFiles(world.root, { [path]: text });
  return world;
};

/** Without state, whose host would be said first. */
const unapplied = ({ root, ...world }: World): World => {
  rmSync(join(root, ".tieline/state"), { recursive: true });
  return { root, ...world };
};

const git = (root: string, ...args: string[]): void => {
  execFileSync(
    "git",
    ["-c", "user.name=t", "-c", "user.email=t@localhost", ...args],
    { cwd: root, stdio: "ignore" },
  );
};

const FAULTS: readonly Fault[] = [
  {
    name: "state of another host",
    code: "STA005",
    isEnded: true,
    break: async (world) => {
      const { origin } = await anApi();
      return { ...world, env: API_CREDENTIALS, more: ["--target", origin] };
    },
  },
  {
    name: "state of another host in a shared ref",
    code: "STA005",
    isEnded: true,
    break: async (world) => {
      const bare = join(world.root, "../origin.git");
      git(world.root, "init", "--quiet", "--bare", bare);
      git(world.root, "remote", "add", "origin", bare);
      await edited(world, SETTINGS, (text) => `${text}state: {backend: git}\n`);
      const applied = await run(world, ["apply", "dev", "--yes"]);
      expect(applied.status, applied.stderr).toBe(0);
      const { origin } = await anApi();
      return { ...world, env: API_CREDENTIALS, more: ["--target", origin] };
    },
  },
  {
    name: "an inventory that is damaged",
    code: "STA001",
    isEnded: true,
    break: (world) =>
      edited(world, `${STATE}/inventory.json`, (text) => text.slice(0, -9)),
  },
  {
    name: "a broken ledger",
    code: "STA001",
    isEnded: true,
    break: (world) => edited(world, `${STATE}/ledger.jsonl`, () => "{}\n"),
  },
  {
    name: "a broken journal",
    code: "STA001",
    stops: "apply",
    isEnded: true,
    break: (world) => withFile(world, `${STATE}/journal.jsonl`, "{}\n"),
  },
  {
    name: "a lease that another run holds",
    code: "STA003",
    stops: "apply",
    isEnded: true,
    break: (world) =>
      withFile(
        world,
        `${STATE}/lease.99`,
        `${JSON.stringify({ id: "l1", actor: "ci", host: "elsewhere", pid: 1, runId: "r", expiresAt: Date.now() + 3_600_000 })}\n`,
      ),
  },
  {
    name: "a link in place of the state",
    code: "STA008",
    break: (world) => {
      execFileSync("mv", [
        join(world.root, STATE),
        join(world.root, "elsewhere"),
      ]);
      symlinkSync(join(world.root, "elsewhere"), join(world.root, STATE));
      return world;
    },
  },
  {
    name: "a state folder that git tracks",
    code: "STA008",
    break: ({ root, ...world }) => {
      git(root, "add", "--force", STATE);
      return { root, ...world };
    },
  },
  {
    name: "a missing secret",
    code: "SEC001",
    isEnded: true,
    break: (world) =>
      edited(world, "connections/gmail-support.yaml", (text) =>
        text.replace("gmail-support/client_secret", "gmail-support/other"),
      ),
  },
  {
    name: "a file of secrets that cannot be read",
    code: "SEC003",
    isEnded: true,
    break: (world) => withFile(world, SECRETS, "a: [\n"),
  },
  {
    name: "a file of secrets that was tampered with",
    code: "SEC012",
    stops: "apply",
    isEnded: true,
    break: (world) =>
      edited(world, SECRETS, (text) =>
        text.replace(/lastmodified: "\d{4}/u, 'lastmodified: "2001'),
      ),
  },
  {
    name: "no key for the secrets",
    code: "SEC008",
    stops: "apply",
    break: (world) =>
      edited(world, SETTINGS, (text) =>
        text.replace(
          "  demo_key_file: demo.agekey",
          "  files: [secrets.enc.yaml]",
        ),
      ),
  },
  {
    name: "a variable of a secret that is not set",
    code: "CFG017",
    stops: "apply",
    break: (world) =>
      edited(world, "connections/gmail-support.yaml", (text) =>
        text.replace(
          "secret://gmail-support/client_secret",
          "env://TIELINE_SECRET_GMAIL",
        ),
      ),
  },
  {
    name: "a placeholder as a secret",
    code: "SEC017",
    stops: "apply",
    break: async (world) => {
      const set = await run(
        world,
        ["secrets", "set", "dev", "gmail-support/client_secret", "--stdin"],
        "changeme",
      );
      expect(set.status, set.stderr).toBe(0);
      return world;
    },
  },
  {
    name: "a fingerprint key of the wrong length",
    code: "SEC003",
    break: async (world) => {
      await run(
        world,
        ["secrets", "set", "dev", "_tieline/fingerprint_key", "--stdin"],
        "c2hvcnQ=",
      );
      return world;
    },
  },
  {
    name: "secrets that others can open",
    code: "SEC070",
    break: (world) =>
      edited(world, SETTINGS, (text) =>
        text.replace("secrets:", "secrets:\n  recipients: [age1x]"),
      ),
  },
  {
    name: "missing credentials",
    code: "DRV080",
    break: (world) =>
      edited(world, SETTINGS, asReal("https://acme.scalekit.com")),
  },
  {
    name: "a refused target",
    code: "DRV081",
    break: async (world) => ({
      ...(await edited(world, SETTINGS, asReal("https://acme.example.com"))),
      env: API_CREDENTIALS,
    }),
  },
  {
    name: "a target that nobody answers at",
    code: "DRV001",
    break: (world) => ({
      ...unapplied(world),
      env: API_CREDENTIALS,
      more: ["--target", "http://127.0.0.1:9"],
    }),
  },
  {
    name: "credentials that are refused",
    code: "DRV007",
    break: async (world) => {
      const { origin } = await anApi();
      return {
        ...unapplied(world),
        env: { ...API_CREDENTIALS, SCALEKIT_CLIENT_SECRET: "wrong" },
        more: ["--target", origin],
      };
    },
  },
  {
    name: "a demo key with a real target",
    code: "SEC090",
    break: (world) => ({
      ...world,
      env: API_CREDENTIALS,
      more: ["--target", "https://acme.scalekit.com"],
    }),
  },
  {
    name: "a document with an error",
    code: "SCH002",
    break: (world) =>
      withFile(
        world,
        "connections/new.yaml",
        connectionText("new", ["a"]).replace("provider: gmail", "provider: 1"),
      ),
  },
  {
    name: "a plan that is refused",
    code: "PLN109",
    stops: "apply",
    break: async (world) =>
      edited(
        await edited(world, SETTINGS, (text) => `${text}production: true\n`),
        "connections/slack-notify.yaml",
        (text) => text.replace("  - users:read\n", ""),
      ),
  },
];

const asReal =
  (target: string) =>
  (text: string): string =>
    text.replace('"embedded:"', target).replace(/secrets:\n.*\n/u, "");

/** A demo that was applied once and committed; its state is told apart from what git has. */
let demo = "";

beforeAll(async () => {
  const outer = await mkdtemp(join(tmpdir(), "tieline-doctor-"));
  demo = join(outer, "demo");
  mkdirSync(demo);
  for (const args of [["init"], ["apply", "dev", "--yes"]]) {
    const done = await run({ root: demo, env: {}, more: [] }, args);
    expect(done.status, done.stderr).toBe(0);
  }
  git(demo, "init", "--quiet");
  git(demo, "add", "--all");
  git(demo, "commit", "--quiet", "--message", "demo");
});
afterAll(async () => {
  await rm(join(demo, ".."), { recursive: true, force: true });
});

async function aWorld(): Promise<World> {
  const root = join(aRealFolder(), "w");
  await cp(demo, root, { recursive: true });
  return { root, env: {}, more: [] };
}

function run(
  { root, env, more }: World,
  args: readonly string[],
  input = "",
): Promise<CliResult> {
  const takesMore = ["plan", "apply", "doctor"].includes(args[0] ?? "");
  return tieline([...args, ...(takesMore ? more : [])], {
    cwd: root,
    env: { ...env, HOME: join(root, "..") },
    input,
  });
}

interface Finding {
  readonly check: string;
  readonly result: string;
  readonly message: string;
  readonly fix: string | null;
}

async function findings(world: World): Promise<readonly Finding[]> {
  const { stdout, stderr } = await run(world, ["doctor", "dev", "--json"]);
  const report = JSON.parse(stdout || stderr) as {
    environments: { results: Finding[] }[];
  };
  return report.environments[0]?.results ?? [];
}

const stopped = async (world: World, { stops }: Fault): Promise<CliResult> =>
  run(
    world,
    stops === "apply"
      ? ["apply", "dev", "--yes", "--json"]
      : ["plan", "dev", "--json"],
  );

/** The command lines of a fix: what follows a colon, or the whole. */
function commandIn(fix: string): string {
  return /(?:^|: )((?:mv|git|tieline) [^;]*)/u.exec(fix)?.[1] ?? "";
}

/** Runs a command line as a person would, with the program on the path. */
function paste(world: World, command: string): void {
  const bin = join(world.root, "../bin");
  mkdirSync(bin, { recursive: true });
  writeFileSync(
    join(bin, "tieline"),
    `#!/bin/sh\nexec "${process.execPath}" "${PROGRAM}" "$@"\n`,
  );
  chmodSync(join(bin, "tieline"), 0o755);
  // A value is asked for; a command that reads nothing must not be given one.
  const line = command.includes("secrets set")
    ? `printf kept-for-real-1 | ${command} --stdin`
    : command;
  execFileSync("sh", ["-c", line], {
    cwd: world.root,
    env: {
      ...world.env,
      PATH: `${bin}:${process.env["PATH"] ?? ""}`,
      HOME: join(world.root, ".."),
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
}

describe("doctor", () => {
  it("finds nothing bad in a configuration that plans and applies", async () => {
    const found = await findings(await aWorld());
    expect(found.filter(({ result }) => result === "bad")).toStrictEqual([]);
  });

  it.each(FAULTS)("finds $name ($code)", async (fault) => {
    const sound = await aWorld();
    if (fault.stops === "apply")
      await edited(sound, "connections/gmail-support.yaml", (text) =>
        text.replace("  access_type: offline", "  access_type: online"),
      );
    const world = await fault.break(sound);
    const refused = await stopped(world, fault);
    expect(refused.status, refused.stdout).not.toBe(0);
    expect(refused.stdout + refused.stderr).toContain(fault.code);

    const found = (await findings(world)).filter(
      ({ result }) => result !== "ok",
    );
    const about = found.filter(({ message }) => message.includes(fault.code));
    expect(about, JSON.stringify(found, null, 1)).not.toStrictEqual([]);
    for (const each of about) expect(each.fix, each.message).not.toBeNull();
    if (fault.isEnded !== true) return;
    paste(world, commandIn(about.at(-1)?.fix ?? ""));
    const after = await stopped(world, fault);
    expect(after.status, after.stdout + after.stderr).toBe(0);
  });
});
