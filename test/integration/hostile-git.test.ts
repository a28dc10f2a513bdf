/**
 * What runs programs in git, against what runs git in tieline. Whoever opens a pull request chooses
 * plain files of the working tree; what they name must never run, whatever the command.
 */
import { describe, expect, it } from "vitest";
import { COMMANDS } from "../../src/cli/generated/commands.ts";
import { runIn } from "../support/api.ts";
import { environmentText, writeFiles } from "../support/cli.ts";
import {
  aPlantedWorkspace,
  GIT_FEATURES,
  plainGit,
  someMarks,
  type GitFeature,
} from "../support/hostile-git.ts";

const GIT_STATE = "{backend: git}";

/** Commands that read commits, the index, the working tree, a state ref, and write one. */
const CORE: readonly (readonly string[])[] = [
  ["apply", "dev", "--yes"],
  ["plan", "dev", "--ref", "HEAD"],
  ["secrets", "check", "--staged"],
];

/**
 * The other commands, each as far as it goes without a person or a key. `RECEIPT` stands for one.
 */
const OTHERS: readonly (readonly (readonly string[])[])[] = [
  [
    ["init", "new"],
    ["catalog", "list"],
    ["catalog", "show", "gmail"],
    ["catalog", "search", "mail"],
    ["add", "gmail", "--name", "added", "--no-input"],
    ["validate"],
    ["fmt", "--check"],
    ["migrate", "--check"],
    ["lint", "--output", "github"],
    ["explain", "dev", "one"],
  ],
  [
    ["plan", "dev", "--out", "plan.json"],
    ["show", "plan.json"],
    ["drift", "dev"],
    ["compare", "dev", "dev2"],
    ["promote", "one", "--from", "dev", "--to", "dev2", "--dry-run"],
    ["diff", "HEAD"],
    ["review", "--dry-run", "--base", "HEAD"],
    ["consent", "dev"],
    ["import", "dev"],
    ["snapshot", "dev", "--out", "snapshot.json"],
    ["reconcile", "dev", "--once"],
    ["suspend", "dev", "--reason", "a test"],
    ["resume", "dev"],
    ["approve", "dev", "sha256:0"],
    ["adopt", "dev", "one", "--yes"],
    ["forget", "dev", "one", "--yes"],
  ],
  [
    ["status", "dev"],
    ["test", "dev"],
    ["doctor", "dev"],
    ["ledger", "log", "dev"],
    ["ledger", "show", "dev", "RECEIPT"],
    ["ledger", "verify", "dev"],
    ["ledger", "blame", "dev", "one"],
  ],
  [
    ["state", "show", "dev"],
    ["state", "pull", "dev", "copy.json"],
    ["state", "push", "dev", "copy.json"],
    ["state", "unlock", "dev", "--if-holder", "x"],
    ["state", "rebuild", "dev"],
    ["state", "migrate", "dev"],
    ["rollback", "dev", "--to", "RECEIPT", "--write"],
  ],
  [
    ["secrets", "check"],
    ["secrets", "install-git"],
    ["secrets", "list", "dev"],
    ["secrets", "set", "dev", "one/x", "--stdin"],
    ["secrets", "unset", "dev", "one/x"],
    ["secrets", "edit", "dev"],
  ],
  [
    ["secrets", "rotate", "dev"],
    ["secrets", "updatekeys", "dev"],
    ["secrets", "merge", "a", "b", "c", "d"],
    ["secrets", "textconv", "environments/dev/environment.yaml"],
    ["usage", "."],
    ["render", "dev"],
    ["export", "terraform", "dev", "--out", "terraform"],
    ["keys", "generate", "key"],
    ["schema", "connection"],
    ["config", "view", "dev"],
    ["completion", "bash"],
    ["version"],
    ["help", "environment"],
  ],
];

/** Commands that end only when they are told to, and open no workspace. */
const LEFT_OUT = ["emulate"];

const shortName = (command: readonly string[]): string =>
  command.slice(0, 2).join(" ");

/** A receipt of an apply in this workspace. */
async function aReceipt(root: string): Promise<string> {
  const log = async (): Promise<string | undefined> => {
    const run = await runIn(root, null, ["ledger", "log", "dev", "--json"]);
    const { receipts } = JSON.parse(run.stdout) as {
      receipts: readonly { digest: string }[];
    };
    return receipts[0]?.digest.slice(7, 15);
  };
  const known = await log();
  if (known !== undefined) return known;
  await runIn(root, null, ["apply", "dev", "--yes"]);
  return (await log()) ?? "";
}

const named = (features: readonly GitFeature[]) =>
  features.map((feature) => [feature.name, feature] as const);

const all = (...names: readonly string[]): readonly GitFeature[] =>
  GIT_FEATURES.filter(({ name }) => names.includes(name));

/**
 * Features that do not stand in each other's way in one planted repository; together they are all.
 */
const GROUPS: readonly (readonly GitFeature[])[] = [
  all(
    "fsmonitor",
    "clean-filter",
    "smudge-filter",
    "own-hook",
    "external-diff",
    "textconv",
    "diff-command",
    "credential-helper",
    "askpass",
    "editor",
    "signing",
    "upload-pack",
    "receive-pack",
    "alternate-refs",
  ),
  all("process-filter", "hook", "ssh-command"),
  all("included-filter", "ext-transport"),
  all("git-proxy"),
  all("lazy-fetch"),
];

describe("a folder of the repository that looks like a repository", () => {
  it.each(named(GIT_FEATURES))(
    "makes plain git run a program by %s",
    async (name, feature) => {
      const marks = await someMarks();
      const { root } = await aPlantedWorkspace([feature], marks);
      plainGit(root, feature.control, "protocol=https\nhost=x.invalid\n\n");
      expect(await marks.taken()).toEqual([name]);
    },
  );

  it("is planted with every feature", () => {
    expect(
      GROUPS.flat()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(GIT_FEATURES.map(({ name }) => name).sort());
  });

  it.each(
    GROUPS.map(
      (group) => [group.map(({ name }) => name).join(), group] as const,
    ),
  )("runs nothing in what reads and writes: %s", async (_names, group) => {
    const marks = await someMarks();
    const { root } = await aPlantedWorkspace(group, marks, GIT_STATE);
    for (const command of CORE) {
      const result = await runIn(root, null, command);
      expect([command, result.status], result.stderr).toEqual([command, 0]);
    }
    expect(await marks.taken()).toEqual([]);
  });

  it.each(
    OTHERS.map(
      (commands) => [commands.map(shortName).join(), commands] as const,
    ),
  )("runs nothing in other commands: %s", async (_names, commands) => {
    const marks = await someMarks();
    const { root } = await aPlantedWorkspace(GROUPS[0]!, marks, GIT_STATE);
    await writeFiles(root, {
      "environments/dev2/environment.yaml": environmentText(
        "embedded:",
      ).replace("dev", "dev2"),
    });
    for (const command of commands) {
      const receipt = command.includes("RECEIPT") ? await aReceipt(root) : "";
      await runIn(
        root,
        null,
        command.map((word) => (word === "RECEIPT" ? receipt : word)),
        { input: "x" },
      );
      expect([command, await marks.taken()]).toEqual([command, []]);
    }
  });

  it("is tried with every command there is", () => {
    const tried = [...CORE, ...OTHERS.flat()];
    const untried = COMMANDS.flatMap((each) =>
      "subcommands" in each
        ? each.subcommands.map(({ name }) => `${each.name} ${name}`)
        : [each.name],
    ).filter(
      (name) =>
        !tried.some((words) => `${words.join(" ")} `.startsWith(`${name} `)),
    );
    expect(untried).toEqual(LEFT_OUT);
  });
});
