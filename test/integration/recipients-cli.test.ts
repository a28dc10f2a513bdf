import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { aWorkspace, tieline, type CliResult } from "../support/cli.ts";
import { anIdentity } from "../support/sops-builder.ts";

const FILE = "environments/dev/secrets.enc.yaml";
const NEW = "environments/dev/more.enc.yaml";
const CONFIG = ".sops.yaml";
const SET = ["secrets", "set", NEW, "a/b", "--stdin"];
const DEV = "environments/dev/environment.yaml";

let stranger = "";
beforeAll(async () => {
  stranger = (await anIdentity()).recipient;
});

interface Demo {
  readonly root: string;
  /** The demo key's public name. */
  readonly own: string;
  run(
    args: readonly string[],
    env?: Readonly<Record<string, string>>,
  ): Promise<CliResult>;
  text(path: string): Promise<string>;
}

async function aDemo(): Promise<Demo> {
  const root = await aWorkspace({});
  const run: Demo["run"] = (args, env = {}) =>
    tieline(args, { cwd: root, input: "v-93kfa0x", env });
  expect((await run(["init", "."])).status).toBe(0);
  const text = (path: string): Promise<string> =>
    readFile(join(root, path), "utf8");
  const own = /age1\w+/u.exec(await text(CONFIG))?.[0] ?? "";
  return { root, own, run, text };
}

/** Rules for everything below the folder of the configuration. */
async function letIn(
  { root }: Demo,
  names: readonly string[],
  config = CONFIG,
): Promise<void> {
  await writeFile(
    join(root, config),
    `creation_rules:\n  - age: ${names.join(",")}\n`,
  );
}

async function pin({ root }: Demo, name: string): Promise<void> {
  await appendPinned(root, `  recipients: [${name}]\n`);
}

async function appendPinned(root: string, line: string): Promise<void> {
  const text = await readFile(join(root, DEV), "utf8");
  await writeFile(
    join(root, DEV),
    /^secrets:$/mu.test(text)
      ? text.replace(/^secrets:$/mu, `secrets:\n${line.trimEnd()}`)
      : `${text}secrets:\n${line}`,
  );
}

function git(root: string, ...args: readonly string[]): void {
  execFileSync(
    "git",
    ["-c", "user.name=a", "-c", "user.email=a@example.com", ...args],
    { cwd: root, stdio: "pipe", env: { ...process.env, HOME: root } },
  );
}

function expectAsked(result: CliResult): void {
  expect(result.stderr).toContain("CLI005");
  expect(result.stderr).toContain(`--recipient ${stranger}`);
  expect(result.status).toBe(64);
}

describe("who is given the data key of a file", () => {
  it.each([
    ["the rules", CONFIG],
    ["rules nearer to the file", `environments/dev/${CONFIG}`],
  ])(
    "is confirmed by name when %s let others into a new one",
    async (_, config) => {
      const demo = await aDemo();
      await letIn(demo, [demo.own, stranger], config);
      expectAsked(await demo.run(SET));
      expectAsked(await demo.run([...SET, "--recipient", demo.own]));
      expectAsked(await demo.run(SET, { TIELINE_YES: "1" }));
      expect(existsSync(join(demo.root, NEW))).toBe(false);
      const made = await demo.run([...SET, "--recipient", stranger]);
      expect([made.status, made.stderr]).toEqual([0, ""]);
      expect(made.stdout).toContain(stranger);
      expect(await demo.text(NEW)).toContain(stranger);
    },
  );

  it("is confirmed by name in updatekeys, and again in rotate, where the list of the file proves nothing", async () => {
    const demo = await aDemo();
    await letIn(demo, [demo.own, stranger]);
    const before = await demo.text(FILE);
    const update = ["secrets", "updatekeys", "dev"];
    expectAsked(await demo.run(update));
    expect(await demo.text(FILE)).toBe(before);
    const named = await demo.run([...update, "--recipient", stranger]);
    expect(named.status).toBe(0);
    const rotate = ["secrets", "rotate", "dev"];
    const updated = await demo.text(FILE);
    expectAsked(await demo.run(rotate));
    expectAsked(await demo.run([...rotate, "--recipients-from-file"]));
    expect(await demo.text(FILE)).toBe(updated);
    const rotated = await demo.run([...rotate, "--recipient", stranger]);
    expect(rotated.status).toBe(0);
  });

  it("is told, not asked, for one alone in rules that no commit holds", async () => {
    const demo = await aDemo();
    git(demo.root, "init", "-q");
    git(demo.root, "add", "-A");
    git(demo.root, "commit", "-qm", "start");
    await letIn(demo, [stranger]);
    const made = await demo.run(SET);
    expect([made.status, made.stderr.includes(stranger)]).toEqual([0, true]);
    await rm(join(demo.root, NEW));
    git(demo.root, "commit", "-qam", "rules");
    expectAsked(await demo.run(SET));
  });

  it("is named by validate and plan before it is anybody", async () => {
    const demo = await aDemo();
    await letIn(demo, [demo.own, stranger], `environments/dev/${CONFIG}`);
    for (const command of ["validate", "plan"]) {
      const result = await demo.run([command, "dev"]);
      expect(result.status).toBe(0);
      // What a plan knows of its documents is part of it.
      const told = command === "plan" ? result.stdout : result.stderr;
      expect(told).toContain("SEC023");
      expect(told).toContain(stranger);
    }
  });
});

describe("a plan", () => {
  it("names whoever the file and its rules have since it was applied, and nobody else", async () => {
    const demo = await aDemo();
    git(demo.root, "init", "-q");
    git(demo.root, "add", "-A");
    git(demo.root, "commit", "-qm", "start");
    expect((await demo.run(["apply", "dev", "--yes"])).status).toBe(0);
    expect((await demo.run(["plan", "dev"])).stdout).not.toContain("SEC023");
    // What a pull request can do without a key: it agrees with itself, and nobody can tell whether
    // the copy is good.
    await letIn(demo, [demo.own, stranger]);
    const text = await demo.text(FILE);
    const entry = `    - recipient: ${stranger}\n      enc: |\n        none\n`;
    const changed = text.replace(
      /^( +)age:\n/mu,
      `$&${entry.replaceAll(/^ {4}/gmu, "$1$1")}`,
    );
    expect(changed).not.toBe(text);
    await writeFile(join(demo.root, FILE), changed);
    const plan = await demo.run(["plan", "dev"]);
    expect(plan.stdout).toContain("SEC023");
    expect(plan.stdout).toContain(stranger);
    expect(plan.stdout).not.toContain(demo.own);
  });
});

const READING = [
  ["validate", "dev"],
  ["plan", "dev"],
  ["apply", "dev", "--yes"],
  ["secrets", "check"],
] as const;
const WRITING = [
  ["secrets", "set", "dev", "a/b", "--stdin"],
  ["secrets", "unset", "dev", "gmail-support/client_secret"],
  ["secrets", "edit", "dev"],
] as const;

async function expectRefused(
  demo: Demo,
  args: readonly string[],
): Promise<void> {
  const before = await demo.text(FILE);
  const result = await demo.run(args, { EDITOR: "false" });
  expect([args, result.stderr.includes("SEC070")]).toEqual([args, true]);
  expect(result.stderr).toContain(stranger);
  expect([args, result.status]).toEqual([args, 3]);
  expect(await demo.text(FILE)).toBe(before);
}

/** Side by side: none of them may write. */
async function expectAllRefused(
  demo: Demo,
  commands: readonly (readonly string[])[],
): Promise<void> {
  await Promise.all(commands.map((args) => expectRefused(demo, args)));
}

describe("an environment that says who may open its secrets", () => {
  it("is refused by every command when a rule names somebody else", async () => {
    const demo = await aDemo();
    await pin(demo, demo.own);
    expect((await demo.run(["validate", "dev"])).status).toBe(0);
    await letIn(demo, [demo.own, stranger]);
    const confirmed = ["--recipient", stranger];
    await expectAllRefused(demo, [
      ...READING,
      ...WRITING,
      [...SET, ...confirmed],
      ["secrets", "updatekeys", "dev", ...confirmed],
    ]);
  });

  it("is refused by every command when a file names somebody else, until updatekeys puts it right", async () => {
    const demo = await aDemo();
    await letIn(demo, [demo.own, stranger]);
    const update = ["secrets", "updatekeys", "dev"];
    const confirmed = ["--recipient", stranger];
    expect((await demo.run([...update, ...confirmed])).status).toBe(0);
    await letIn(demo, [demo.own]);
    await pin(demo, demo.own);
    git(demo.root, "init", "-q");
    git(demo.root, "add", "-A");
    await expectAllRefused(demo, [
      ...READING,
      ["secrets", "check", "--staged"],
      ...WRITING,
      ["secrets", "rotate", "dev", "--recipients-from-file", ...confirmed],
    ]);
    expect((await demo.run(update)).status).toBe(0);
    expect((await demo.run(["secrets", "rotate", "dev"])).status).toBe(0);
    expect((await demo.run(["validate", "dev"])).status).toBe(0);
  });

  it("is refused by what a plan file sends, whatever was looked at when it was made", async () => {
    const demo = await aDemo();
    await pin(demo, demo.own);
    const out = await demo.run(["plan", "dev", "--out", "plan.json"]);
    expect(out.status).toBe(0);
    await letIn(demo, [demo.own, stranger]);
    const result = await demo.run(["apply", "plan.json"]);
    expect([result.status, result.stderr.includes("SEC070")]).toEqual([
      3,
      true,
    ]);
  });
});
