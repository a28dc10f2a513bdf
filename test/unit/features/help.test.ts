import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { TOPIC_NAMES } from "../../../src/features/help/command.ts";
import { EXIT_ROWS } from "../../../src/features/help/exit-codes.ts";
import { TOPICS } from "../../../src/features/help/topics.ts";
import { VARIABLES } from "../../../src/features/help/variables.ts";
import { AGENT_VARIABLES } from "../../../src/command/agent.ts";
import { EXIT } from "../../../src/command/exit-codes.ts";

const ROOT = join(import.meta.dirname, "../../..");

/** The table has its own sources; what is made from schemas holds texts of the vendor. */
const texts = readdirSync(join(ROOT, "src"), {
  recursive: true,
  encoding: "utf8",
})
  .filter(
    (name) =>
      name.endsWith(".ts") &&
      !name.includes("generated") &&
      !name.startsWith("features/help/") &&
      !name.startsWith("embedded/"),
  )
  .map((name) => readFileSync(join(ROOT, "src", name), "utf8"));

const rows = VARIABLES.flatMap(({ rows: all }) => all);

/** Whether a row is about this variable. */
function fits(row: string, variable: string): boolean {
  if (row.startsWith("TIELINE_<OPTION>")) return false;
  const [before = "", after] = row.split(/<[A-Z]+>_…|…/u);
  return after === undefined ? row === variable : variable.startsWith(before);
}

/** Variables that a document or a guide names as an example, and names that only look like one. */
const OTHERS: readonly string[] = [
  "CODEOWNERS",
  "GITHUB_CLIENT_SECRET",
  "TIELINE_API",
  "TIELINE_TARGET",
  "TIELINE_ON_ERROR",
  "TIELINE_ROOT",
];

const PREFIX =
  /["'`]((?:TIELINE|SCALEKIT|SOPS|GITHUB|GITLAB|GH|CI|AWS|VAULT|XDG|HTTPS?|NO|NODE|GIT)_[A-Z0-9_]+)["'`]/gu;

function readVariables(): ReadonlySet<string> {
  const found = texts.flatMap((text) => [
    ...[...text.matchAll(/env\[["'](\w+)["']\]/gu)].map(([, name]) => name),
    ...[...text.matchAll(PREFIX)].map(([, name]) => name),
    ...[...text.matchAll(/const \{([^}]+)\} = process\.env/gu)].flatMap(
      ([, names]) => names?.split(",").map((name) => name.trim()),
    ),
  ]);
  return new Set(
    found.filter((name) => name !== undefined && name !== "") as string[],
  );
}

/** Settings of git that are handed to it, and words of the catalogue. */
const NO_VARIABLE =
  /^(?:NO_AUTH|GIT_(?!INDEX_FILE)\w+|TIELINE_SECRET_\w+|TIELINE_VAR_\w+)$/u;

describe("help environment", () => {
  it("has every variable that the sources read", () => {
    const missing = [...readVariables()].filter(
      (name) =>
        !NO_VARIABLE.test(name) &&
        !OTHERS.includes(name) &&
        !rows.some((row) => fits(row.name, name)),
    );
    expect(missing).toEqual([]);
  });

  it("has none that nothing reads", () => {
    const all = texts.join("\n");
    const unread = rows
      .map(({ name }) => name)
      .filter(
        (name) =>
          !name.includes("<") &&
          !all.includes(name.replace("…", "")) &&
          !all.includes(name.replace(/_(?:FILE|COMMAND)$/u, "")) &&
          // Made of the name of the driver and of what it is.
          !/^(?:SCALEKIT_CLIENT|TIELINE_API)_/u.test(name) &&
          // Node.js itself reads it.
          name !== "NODE_EXTRA_CA_CERTS",
      );
    expect(unread).toEqual([]);
  });

  it("has each once, and those by which agents are told", () => {
    const names = rows.map(({ name }) => name);
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
    expect(names).toEqual(expect.arrayContaining([...AGENT_VARIABLES]));
  });
});

describe("help exit-codes", () => {
  it("has the rows of docs/exit-codes.md", () => {
    const page = readFileSync(join(ROOT, "docs/exit-codes.md"), "utf8");
    const cells = page
      .split("\n")
      .filter((line) => /^\| \d/u.test(line))
      .map((line) => line.split("|").map((cell) => cell.trim()));
    expect(cells.map(([, status, meaning]) => ({ status, meaning }))).toEqual(
      EXIT_ROWS,
    );
  });

  it("has every status there is", () => {
    const statuses = EXIT_ROWS.flatMap(({ status }) => status.split(", "));
    expect(statuses.map(Number)).toEqual(Object.values(EXIT));
  });
});

describe("topics", () => {
  it("are those that the command names, within 80 columns", () => {
    expect(TOPICS.map(({ name }) => name)).toEqual(TOPIC_NAMES);
    for (const topic of TOPICS)
      expect(
        topic
          .text()
          .split("\n")
          .filter((line) => line.length > 80),
      ).toEqual([]);
  });
});
