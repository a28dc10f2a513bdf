/**
 * Every fenced block of every page: documents are checked as `tieline validate` does, commands run
 * in a scratch workspace against the emulated API, and output is compared. What is not run says so
 * on the page, in a line under the block: `_Not run by our tests: it needs Docker._`
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CODES } from "../../src/domain/generated/codes.ts";
import { wrongInCommand, wrongInDocument } from "../support/page-documents.ts";
import { commandsIn, runBlock, type PageShell } from "../support/page-shell.ts";
import {
  aPageWorld,
  type Before,
  type PageWorld,
} from "../support/page-world.ts";
import { readPages, type Block, type Page } from "../support/pages.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PAGES = readPages(ROOT);

/** Blocks that a test of their own runs: where they are, a word of theirs, and the test. */
const ELSEWHERE: readonly (readonly [
  page: string,
  word: string,
  test: string,
])[] = [
  ["README.md", "openConfiguration", "test/e2e/package.test.ts"],
  ["CONTRIBUTING.md", "UPDATE_GOLDEN", "test/golden/render.test.ts"],
  ["docs/guides/add-a-driver.md", "", "test/contract/toy-driver.test.ts"],
  [
    "docs/guides/exit-door.md",
    "connections.json",
    "test/integration/usage-and-exit-cli.test.ts",
  ],
  [
    "docs/guides/editors.md",
    "yaml.schemas",
    "test/integration/editor-server.test.ts",
  ],
  [
    "docs/guides/state.md",
    "state migrate",
    "test/integration/postgres-cli.test.ts",
  ],
  [
    "docs/guides/status-page.md",
    "/suspend",
    "test/integration/status-page-orders.test.ts",
  ],
];

const COMPOSIO = JSON.stringify({
  items: [{ id: "ac_1", name: "drive", toolkit: { slug: "googledrive" } }],
});
const NANGO = JSON.stringify({
  data: [{ unique_key: "crm", provider: "hubspot" }],
});
const NAMED = (name: string): Readonly<Record<string, string>> => ({
  [`environments/${name}/environment.yaml`]: `environment: ${name}\ntarget: https://acme.scalekit.com\nunrepresentable: local\n`,
});

/** What a page finds when its first block runs; without a line, the applied example. */
const BEFORE: Readonly<Record<string, Before>> = {
  "README.md": { isEmpty: true, hasNoKey: true },
  "docs/guides/credentials.md": { files: NAMED("eu-prod") },
  "docs/guides/first-connection.md": { isEmpty: true, hasNoKey: true },
  "docs/guides/from-deck.md": { isEmpty: true, hasNoKey: true },
  "docs/guides/from-terraform.md": { isEmpty: true, hasNoKey: true },
  "docs/guides/from-scripts.md": {
    without: ["environments/staging", "environments/prod"],
    hasNoKey: true,
  },
  "docs/guides/getting-started.md": {
    without: ["environments/prod", "environments/staging"],
    hasNoKey: true,
  },
  "docs/guides/import.md": {
    without: [".tieline/state/dev"],
    files: { "auth-configs.json": COMPOSIO, "integrations.json": NANGO },
  },
};

/** Pages whose documents a reader writes down, one after the other. */
const WRITTEN: ReadonlySet<string> = new Set([
  "docs/guides/first-connection.md",
  "docs/guides/import.md",
]);

/** Commands that end otherwise than with 0, because the page is about that. */
const EXITS: readonly (readonly [page: string, start: string, exit: number])[] =
  [
    // Its new environment has no secret yet, which is what the command is for.
    ["docs/guides/credentials.md", "npx tieline doctor", 1],
  ];

let world: PageWorld;
beforeAll(async () => {
  world = await aPageWorld();
});
afterAll(() => world.close());

describe("blocks of documents", () => {
  it.each(
    PAGES.flatMap(({ blocks }) => blocks).filter(
      (block) => isDocument(block) && isRunHere(block),
    ),
  )("$page:$line is what it claims to be", (block) => {
    expect(wrongInDocument(block)).toEqual([]);
  });
});

describe("blocks of commands", () => {
  it.each(
    PAGES.filter(({ path, blocks }) =>
      blocks.some((block) => block.language === "sh" && !isError(path)),
    ),
  )("of $path run, one after the other", async (page) => {
    const shell = await world.shellFor(BEFORE[page.path] ?? {});
    const wrong: string[] = [];
    for (const block of page.blocks.filter(isRunHere))
      wrong.push(...(await done(block, shell)));
    expect(wrong).toEqual([]);
  });
});

describe("all other blocks", () => {
  it("are a drawing, a message with its code, or say why they are not run", () => {
    const wrong = PAGES.flatMap(({ blocks }) => blocks)
      .filter((block) => isRunHere(block) && !isDocument(block))
      .filter(({ language }) => language !== "sh")
      .filter((block) => !isMessage(block) && !isDrawing(block))
      .filter((block) => !isListing(block));
    expect(wrong.map(({ page, line }) => `${page}:${String(line)}`)).toEqual(
      [],
    );
  });

  it("have a test where one is named, and the test knows the page or the command", () => {
    for (const [page, word, test] of ELSEWHERE) {
      const block = PAGES.find(({ path }) => path === page)?.blocks.some(
        ({ text }) => text.includes(word),
      );
      expect([page, block, existsSync(join(ROOT, test))]).toEqual([
        page,
        true,
        true,
      ]);
    }
  });
});

describe("commands in the middle of a text", () => {
  it.each(PAGES)("of $path are understood", (page) => {
    expect(inlineCommands(page).flatMap(wrongInCommand)).toEqual([]);
  });
});

/** What a reader of the page does with a block, and what went wrong. */
async function done(
  block: Block,
  shell: PageShell,
): Promise<readonly string[]> {
  const { page, language, text } = block;
  if (WRITTEN.has(page)) shell.save(world.filledIn(text));
  if (language === "text" && isListing(block))
    return text
      .split("\n")
      .map((line) => line.split(/ {2,}/u)[0] ?? "")
      .filter((path) => !existsSync(join(shell.cwd, path)));
  if (language !== "sh") return [];
  return runBlock(
    shell,
    world.filledIn(text),
    (command) =>
      EXITS.find(
        ([path, start]) => path === page && command.startsWith(start),
      )?.[2] ?? 0,
  );
}

function isRunHere({ page, text, notRun }: Block): boolean {
  const isElsewhere = ELSEWHERE.some(
    ([path, word]) => path === page && text.includes(word),
  );
  return notRun === undefined && !isElsewhere;
}

function isDocument({ language }: Block): boolean {
  return language === "yaml" || language === "json";
}

function isError(path: string): boolean {
  return path.startsWith("docs/errors/");
}

/** What tieline says about something: with a code that there is, on its page its own. */
function isMessage({ page, language, text }: Block): boolean {
  const [code = ""] = /\b[A-Z]{3}\d{3}\b/u.exec(text) ?? [];
  const own = /([A-Z]{3}\d{3})\.md$/u.exec(page)?.[1];
  const isUsage = own === "CLI001" && text.startsWith("error: ");
  return (
    language === "text" &&
    (isUsage || (own === undefined ? code in CODES : text.includes(own)))
  );
}

/** Lines and arrows, which nobody runs. */
function isDrawing({ language, text }: Block): boolean {
  return language === "" && /[─►▼]/u.test(text);
}

/** Paths of files with what they are. */
function isListing({ language, text }: Block): boolean {
  return (
    language === "text" &&
    text
      .split("\n")
      .every((line) =>
        /^[\w./-]+\/[\w./-]+(?: {2,}\S.*)?$|^\.[\w.-]+(?: {2,}\S.*)?$/u.test(
          line,
        ),
      )
  );
}

/** What stands between backticks and begins with the name of the program. */
function inlineCommands({ text }: Page): readonly string[] {
  const prose = text.replaceAll(/^ *```[\s\S]*?^ *```$/gmu, "");
  return [...prose.matchAll(/`((?:npx )?tieline [a-z][^`]*)`/gu)]
    .map(([, command = ""]) => command)
    .flatMap(commandsIn)
    .filter((command) => !/ …|…\s/u.test(command));
}
