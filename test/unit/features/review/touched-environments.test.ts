import { describe, expect, it } from "vitest";
import {
  compareInputs,
  composedInputs,
  type TouchedEnvironments,
} from "../../../../src/features/review/touched-environments.ts";
import type { GitTreeSource } from "../../../../src/sources/git-tree.ts";
import { connectionText, environmentText } from "../../../support/cli.ts";
import { textSource } from "../../../support/text-source.ts";

type Files = Readonly<Record<string, string>>;

const READ = "https://www.googleapis.com/auth/gmail.readonly";
const SEND = "https://www.googleapis.com/auth/gmail.send";

const environment = (name: string, more: readonly string[] = []): string =>
  environmentText("embedded:", more).replace(
    "environment: dev",
    `environment: ${name}`,
  );

const BASE: Files = {
  "connections/gmail.yaml": connectionText("gmail", [READ]),
  "connections/mail.yaml": connectionText("mail", [READ]),
  "environments/dev/environment.yaml": environment("dev"),
  "environments/prod/environment.yaml": environment("prod", [
    "connections: {include: [gmail]}",
  ]),
  "environments/prod/connections/own.yaml": connectionText("own", [READ]),
  "environments/prod/secrets.enc.yaml": "a: ENC[one]\n",
};

function tree(files: Files): GitTreeSource {
  return Object.assign(textSource(files), {
    commit: "a".repeat(40),
    paths: (folders: readonly string[]) =>
      Object.keys(files)
        .filter((path) => folders.some((each) => path.startsWith(`${each}/`)))
        .sort(),
    contentId: (path: string) => files[path],
  });
}

async function touchedBy(
  before: Files,
  after: Files,
): Promise<TouchedEnvironments> {
  return compareInputs(
    await composedInputs(tree(before), {}),
    await composedInputs(tree(after), {}),
  );
}

const without = (files: Files, ...starts: readonly string[]): Files =>
  Object.fromEntries(
    Object.entries(files).filter(
      ([path]) => !starts.some((start) => path.startsWith(start)),
    ),
  );

const GMAIL = "connections/gmail.yaml";
const DEV = "environments/dev/environment.yaml";

describe("what a change touches", () => {
  it.each<[string, Files, readonly string[]]>([
    ["a comment", { [GMAIL]: `# why\n${BASE[GMAIL] ?? ""}` }, []],
    [
      "the order of keys",
      {
        [GMAIL]: (BASE[GMAIL] ?? "")
          .split("\n")
          .filter((line) => line !== "provider: gmail")
          .concat("provider: gmail", "")
          .join("\n"),
      },
      [],
    ],
    ["a file beside the documents", { "README.md": "text" }, []],
    [
      "a shared document that both include",
      { [GMAIL]: connectionText("gmail", [SEND]) },
      ["dev", "prod"],
    ],
    [
      "a shared document that one includes",
      { "connections/mail.yaml": connectionText("mail", [SEND]) },
      ["dev"],
    ],
    [
      "an overlay",
      {
        "environments/prod/connections/own.yaml": connectionText("own", [SEND]),
      },
      ["prod"],
    ],
    ["a rule", { [DEV]: environment("dev", ["production: true"]) }, ["dev"]],
    [
      "a stored secret",
      { "environments/prod/secrets.enc.yaml": "a: ENC[two]\n" },
      ["prod"],
    ],
    ["documents that cannot be read", { [DEV]: "environment: [" }, ["dev"]],
    [
      "an environment that is new",
      { "environments/test/environment.yaml": environment("test") },
      ["test"],
    ],
  ])("is told of %s", async (_, change, touched) => {
    expect(await touchedBy(BASE, { ...BASE, ...change })).toMatchObject({
      touched,
      gone: [],
    });
  });

  it("is nothing where what was broken stays as it is", async () => {
    const broken = { ...BASE, [DEV]: "environment: [" };
    const after = { ...broken, "README.md": "text" };
    expect((await touchedBy(broken, after)).touched).toEqual([]);
  });

  it("is told of an environment that vanished", async () => {
    const after = without(BASE, "environments/prod/");
    expect(await touchedBy(BASE, after)).toEqual({
      touched: [],
      gone: ["prod"],
      untouchedCount: 1,
    });
  });
});
