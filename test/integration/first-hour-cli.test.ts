import { execFileSync } from "node:child_process";
import { symlinkSync } from "node:fs";
import { mkdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { anApi } from "../support/api.ts";
import { tieline, writeFiles, type CliResult } from "../support/cli.ts";
import { aRealFolder, snapshot } from "../support/folder.ts";

const TARGET = "https://acme.scalekit.com";
const PROD = ["init", "--environment", "prod", "--target", TARGET];
const RECIPIENT =
  "age1cy0su9fwf3gf9mw868g5yut09p6nytfmmnktexz2ya5uqg9vl9sss4euqm";

interface World {
  readonly repository: string;
  readonly home: string;
  readonly run: (
    args: readonly string[],
    more?: Readonly<Record<string, string>>,
    input?: string,
  ) => Promise<CliResult>;
}

/** A git repository without a commit, and a home outside of it. */
async function aWorld(
  files: Readonly<Record<string, string>> = {},
): Promise<World> {
  const outer = aRealFolder();
  const repository = join(outer, "work");
  const home = join(outer, "home");
  await mkdir(home);
  await mkdir(repository);
  execFileSync("git", ["init", "--quiet", repository]);
  await writeFiles(repository, files);
  return {
    repository,
    home,
    run: (args, more = {}, input = "") =>
      tieline(args, {
        cwd: repository,
        env: { HOME: home, ...more },
        input,
      }),
  };
}

interface Made {
  readonly files: readonly string[];
  readonly key_file: string | null;
  readonly recipients: readonly string[];
  readonly next: readonly string[];
}

function jsonOf({ stdout, stderr, status }: CliResult): Made {
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout) as Made;
}

describe("init --environment", () => {
  it("leads from the demo to a plan of a real environment", async () => {
    const { run, home, repository } = await aWorld();
    expect((await run(["init"])).status).toBe(0);
    const made = jsonOf(await run([...PROD, "--json"]));

    const keyFile = join(home, ".config/sops/age/keys.txt");
    expect(made.key_file).toBe(keyFile);
    expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
    expect((await stat(join(home, ".config/sops/age"))).mode & 0o777).toBe(
      0o700,
    );
    const [recipient = ""] = made.recipients;
    expect(await readFile(keyFile, "utf8")).toContain(
      `# public key: ${recipient}\nAGE-SECRET-KEY-1`,
    );
    expect(made.files).toStrictEqual([
      keyFile,
      ".sops.yaml",
      "environments/prod/secrets.enc.yaml",
      "environments/prod/environment.yaml",
    ]);
    const settings = await readFile(
      join(repository, "environments/prod/environment.yaml"),
      "utf8",
    );
    expect(settings).toContain("production: true");
    expect(settings).toContain(`- ${recipient}`);

    const set = "tieline secrets set prod gmail-support/client_secret";
    expect(made.next).toContain(set);
    expect((await run(["validate"])).status).toBe(3);
    const stored = await run(
      [...set.split(" ").slice(1), "--stdin"],
      {},
      "kept-for-real-1",
    );
    expect(stored.status, stored.stderr).toBe(0);
    for (const args of [
      ["validate"],
      ["fmt", "--check"],
      ["secrets", "check"],
    ]) {
      const done = await run(args);
      expect(done.status, done.stdout + done.stderr).toBe(0);
    }

    const api = await anApi();
    const plan = (): Promise<CliResult> =>
      run(["plan", "prod", "--target", api.origin, "--json"], {
        SCALEKIT_PROD_CLIENT_ID: "test",
        SCALEKIT_PROD_CLIENT_SECRET: "test-only-secret",
      });
    // The demo has one connection that real users must not get.
    const refused = await plan();
    expect(refused.status, refused.stderr).toBe(6);
    expect(refused.stdout).toContain("PLN109");
    await rm(join(repository, "connections/slack-notify.yaml"));
    const planned = await plan();
    expect(planned.status, planned.stderr).toBe(0);
    expect(JSON.parse(planned.stdout)).toMatchObject({
      summary: { create: 1 },
    });
  });

  it("prints every command that is left, and where the key is", async () => {
    const { run, home } = await aWorld();
    await run(["init"]);
    const { stdout } = await run(PROD);
    expect(stdout).toContain(
      `${home}/.config/sops/age/keys.txt, for this account only. Back it up`,
    );
    const commands = stdout
      .slice(stdout.indexOf("Next:"))
      .split("\n")
      .filter((line) => line.startsWith("    "))
      .map((line) => line.trim());
    expect(commands).toStrictEqual([
      "tieline secrets set prod gmail-support/client_secret",
      `export SCALEKIT_PROD_CLIENT_ID=skc_… SCALEKIT_PROD_ENVIRONMENT_URL=${TARGET}`,
      "read -rs SCALEKIT_PROD_CLIENT_SECRET && export SCALEKIT_PROD_CLIENT_SECRET",
      "tieline doctor prod",
      "tieline plan prod",
    ]);
  });

  it("begins a configuration in an empty folder, and finds it from inside", async () => {
    const { run, repository } = await aWorld({ ".gitignore": "node_modules/" });
    const made = jsonOf(await run([...PROD, "--json"]));
    expect(made.files).toContain("schemas/environment.schema.json");
    expect(await readFile(join(repository, ".gitignore"), "utf8")).toBe(
      "node_modules/\n.tieline/\n",
    );
    const inside = await tieline(
      [
        "init",
        "--environment",
        "staging",
        "--target",
        "https://acme.scalekit.dev",
        "--json",
      ],
      {
        cwd: join(repository, "environments/prod"),
        env: { HOME: join(repository, "../home") },
      },
    );
    const second = jsonOf(inside);
    expect(second.key_file).toBeNull();
    expect(second.recipients).toStrictEqual(made.recipients);
    expect(second.files).toStrictEqual([
      "../../.sops.yaml",
      "../staging/secrets.enc.yaml",
      "../staging/environment.yaml",
    ]);
    const settings = await readFile(
      join(repository, "environments/staging/environment.yaml"),
      "utf8",
    );
    expect(settings).not.toContain("production:");
    expect(made.next).toContain("tieline import prod");
    const checked = await run(["secrets", "check"]);
    expect(checked.status, checked.stderr).toBe(0);
  });

  it("makes the folder that it is told", async () => {
    const { run, repository } = await aWorld();
    const made = jsonOf(
      await run([...PROD, "deep/new", "--recipient", RECIPIENT, "--json"]),
    );
    expect(made.next[0]).toBe("cd deep/new");
    const inside = join(repository, "deep/new");
    const checked = await tieline(["secrets", "check"], { cwd: inside });
    expect(checked.status, checked.stderr).toBe(0);
  });

  it("puts the key where it is told, and says how commands find it", async () => {
    const { run, home } = await aWorld();
    const file = join(home, "my keys", "k.txt");
    const made = jsonOf(await run([...PROD, "--key-file", file, "--json"]));
    expect(made.key_file).toBe(file);
    expect(made.next[0]).toBe(`export SOPS_AGE_KEY_FILE='${file}'`);
    const other = jsonOf(
      await run(["init", "--environment", "a", "--target", TARGET, "--json"], {
        SOPS_AGE_KEY_FILE: file,
      }),
    );
    expect(other.key_file).toBeNull();
    expect(other.recipients).toStrictEqual(made.recipients);
    const third = join(home, "new/k.txt");
    const fresh = jsonOf(
      await run(["init", "--environment", "b", "--target", TARGET, "--json"], {
        SOPS_AGE_KEY_FILE: third,
      }),
    );
    expect(fresh.key_file).toBe(third);
  });

  it("takes public keys instead, and makes none", async () => {
    const { run, home, repository } = await aWorld();
    const made = jsonOf(
      await run([...PROD, "--recipient", RECIPIENT, "--json"]),
    );
    expect(made.key_file).toBeNull();
    expect(made.recipients).toStrictEqual([RECIPIENT]);
    expect(snapshot(home)).toStrictEqual({});
    expect(await readFile(join(repository, ".sops.yaml"), "utf8")).toContain(
      `age: ${RECIPIENT}\n`,
    );
  });

  it("writes the demo where only a variable of other commands is set", async () => {
    const { run } = await aWorld();
    const made = jsonOf(
      await run(["init", "--json"], { TIELINE_TARGET: TARGET }),
    );
    expect(made.files).toContain("environments/dev/demo.agekey");
  });

  const DEMO_KEY = "environments/dev/demo.agekey";
  const named = (name: string): string[] => [
    "init",
    "--environment",
    name,
    "--target",
    TARGET,
  ];
  const aimed = (target: string): string[] => [
    "init",
    "--environment",
    "prod",
    "--target",
    target,
  ];
  it.each([
    { why: "an environment that exists", args: named("dev"), code: "CLI013" },
    {
      why: "no target",
      args: ["init", "--environment", "prod"],
      code: "CLI001",
    },
    {
      why: "no environment",
      args: ["init", "--target", TARGET],
      code: "CLI001",
    },
    {
      why: "a recipient without both",
      args: ["init", "--recipient", RECIPIENT],
      code: "CLI001",
    },
    { why: "a name with a slash", args: named("../x"), code: "CLI001" },
    { why: "a name in capitals", args: named("Prod"), code: "CLI001" },
    { why: "an empty name", args: named(""), code: "CLI001" },
    {
      why: "a name of two lines",
      args: named("prod\nprune: true"),
      code: "CLI001",
    },
    { why: "http", args: aimed("http://acme.scalekit.com"), code: "CLI001" },
    { why: "a path", args: aimed(`${TARGET}/api`), code: "CLI001" },
    {
      why: "user information",
      args: aimed("https://a@acme.scalekit.com"),
      code: "CLI001",
    },
    {
      why: "a placeholder",
      args: aimed("https://<yours>.scalekit.com"),
      code: "CLI001",
    },
    {
      why: "a target of two lines",
      args: aimed(`${TARGET}\nprune: true`),
      code: "CLI001",
    },
    {
      why: "a private key as recipient",
      args: [...PROD, "--recipient", "AGE-SECRET-KEY-1QQ"],
      code: "SEC018",
    },
    {
      why: "a key file in the repository",
      args: [...PROD, "--key-file", "keys.txt"],
      code: "SEC090",
    },
    {
      why: "the demo key",
      args: [...PROD, "--key-file", DEMO_KEY],
      code: "SEC090",
    },
    {
      why: "a key file and a recipient",
      args: [...PROD, "--key-file", "/k", "--recipient", RECIPIENT],
      code: "CLI001",
    },
  ])("refuses $why, and writes nothing", async ({ args, code }) => {
    const { run, home, repository } = await aWorld();
    await run(["init"]);
    const before = [snapshot(repository), snapshot(home)];
    const refused = await run([...args, "--json"]);
    expect(JSON.parse(refused.stdout)).toMatchObject({ error: { code } });
    expect(refused.status).toBe(code.startsWith("CLI") ? 64 : 3);
    expect([snapshot(repository), snapshot(home)]).toStrictEqual(before);
  });

  it("refuses the demo key by whatever way it comes", async () => {
    const { run, repository } = await aWorld();
    await run(["init"]);
    const key = await readFile(join(repository, DEMO_KEY), "utf8");
    const identity = /AGE-SECRET-KEY-\S+/u.exec(key)?.[0] ?? "";
    const link = join(repository, "../linked.txt");
    symlinkSync(join(repository, DEMO_KEY), link);
    const recipient = /age1\S+/u.exec(key)?.[0] ?? "";
    for (const [args, env] of [
      [PROD, { SOPS_AGE_KEY: identity }],
      [PROD, { SOPS_AGE_KEY_FILE: DEMO_KEY }],
      [[...PROD, "--recipient", recipient], {}],
      [[...PROD, "--key-file", link], {}],
      [PROD, { SOPS_AGE_KEY_FILE: link }],
    ] as const) {
      const refused = await run([...args, "--json"], env);
      expect(JSON.parse(refused.stdout)).toMatchObject({
        error: { code: "SEC090" },
      });
      expect(refused.stdout).not.toContain(identity);
    }
  });

  it("makes no second key beside one it cannot use", async () => {
    const { run, home } = await aWorld();
    await writeFiles(home, {
      ".config/sops/age/keys.txt": "AGE-PLUGIN-YUBIKEY-1QQ\n",
    });
    const before = snapshot(home);
    for (const env of [
      {},
      { HOME: join(home, "b"), SOPS_AGE_KEY_CMD: "/bin/true" },
    ]) {
      const refused = await run([...PROD, "--json"], env);
      expect(JSON.parse(refused.stdout)).toMatchObject({
        error: { code: "SEC008" },
      });
    }
    expect(snapshot(home)).toStrictEqual(before);
  });

  it("prints the rule where .sops.yaml has no place for it, and goes on when it stands there", async () => {
    const { run, repository } = await aWorld({
      ".sops.yaml": "creation_rules: []\n",
    });
    const args = [...PROD, "--recipient", RECIPIENT];
    const refused = await run(args);
    expect(refused.status).toBe(3);
    const rule = /- \{ path_regex.*\}$/mu.exec(refused.stderr)?.[0] ?? "";
    expect(rule).toContain(RECIPIENT);
    await writeFiles(repository, {
      ".sops.yaml": `creation_rules:\n  ${rule}\n`,
    });
    expect((await run(args)).status).toBe(0);
  });

  it("is named by the messages about a demo key with a real target", async () => {
    const { run, repository } = await aWorld();
    await run(["init"]);
    const bySwitch = await run(["plan", "dev", "--target", TARGET], {
      SCALEKIT_CLIENT_ID: "a",
      SCALEKIT_CLIENT_SECRET: "b",
    });
    expect(bySwitch.stderr).toContain(PROD.join(" "));
    const path = join(repository, "environments/dev/environment.yaml");
    const text = await readFile(path, "utf8");
    await writeFiles(repository, {
      "environments/dev/environment.yaml": text.replace('"embedded:"', TARGET),
    });
    expect((await run(["validate"])).stderr).toContain(PROD.join(" "));
  });
});
