import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";

/*
 * The law: what a message tells to paste into a shell holds nothing of a document, a name of a file
 * or an answer that is not quoted as one word.
 */

const SRC = join(import.meta.dirname, "../../src");

/** A command, up to the end of its clause. */
const COMMAND =
  /(?:^|[\s:"'(`])(?:(?:tieline|sops|git|sed|mv|chmod) |export [A-Z])[^;:)]*$/u;

/** What makes one word, or a whole command, of text. */
const QUOTING = new Set([
  "shellWord",
  "argumentWord",
  "commandText",
  "quoted",
  "nameOf",
  "wordOf",
]);

/** Texts of ours and of the catalogue. */
const HARMLESS = new Set([
  "code",
  "error.code",
  "problem.code",
  "card.row.slug",
  "best.slug",
  "answer.stderr",
  "LOCAL_FOLDER",
]);

/**
 * Names that are harmless in one place only: sentences about a program, and what was quoted before.
 */
const HARMLESS_IN: Readonly<Record<string, readonly string[]>> = {
  "cli/examples.ts": ["line"],
  "command/write-failure.ts": ["command"],
  "features/apply/plan-objections.ts": ["toolVersion", "version"],
  "features/checks/check-environments.ts": ["word"],
  "features/import/draft/document-text.ts": ["reference"],
  "features/init/init-environment.ts": ["word", "file", "prefix"],
  "features/plan/show-plan.ts": ["command"],
  "features/secrets/git/install-git.ts": ["name"],
  "features/secrets/run-set.ts": ["warning"],
  "features/usage/text.ts": ["UNUSED"],
  "output/words.ts": [
    "command",
    "environment",
    'isPlain ? environment : "<environment>"',
  ],
  "platform/git/open-repository.ts": ["topLevel"],
  "platform/git/run-git.ts": ["command", "said"],
  "state/git/objects.ts": ['args[0] ?? ""'],
  "state/git/ref-store.ts": ["why", "options.place"],
};

interface Found {
  readonly file: string;
  readonly expression: string;
}

function unquotedIn(file: string, text: string): readonly Found[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: Found[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTemplateExpression(node)) {
      let before = node.head.text;
      for (const span of node.templateSpans) {
        if (COMMAND.test(before) && !isQuoted(file, span.expression))
          found.push({ file, expression: span.expression.getText() });
        before += `\u0000${span.literal.text}`;
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function isQuoted(file: string, expression: ts.Expression): boolean {
  const text = expression.getText();
  if (HARMLESS.has(text) || HARMLESS_IN[file]?.includes(text) === true)
    return true;
  if (ts.isConditionalExpression(expression))
    return [expression.whenTrue, expression.whenFalse].every((each) =>
      isQuoted(file, each),
    );
  if (ts.isStringLiteralLike(expression)) return true;
  return (
    ts.isCallExpression(expression) &&
    QUOTING.has(expression.expression.getText())
  );
}

describe("commands in messages", () => {
  it("hold nothing that is not one word of a shell", () => {
    const files = readdirSync(SRC, {
      recursive: true,
      encoding: "utf8",
    }).filter((name) => name.endsWith(".ts") && !name.includes("generated"));
    expect(files.length).toBeGreaterThan(100);
    const found = files.flatMap((name) =>
      unquotedIn(
        name.replaceAll("\\", "/"),
        readFileSync(join(SRC, name), "utf8"),
      ),
    );
    expect(found).toEqual([]);
  });

  it("are found where they are planted", () => {
    const planted = [
      "const fix = `run: tieline secrets updatekeys ${path}`;",
      "const fix = `store it: tieline secrets set ${shellWord(a)} ${ref.path}`;",
      "const fix = `sops encrypt --in-place ${file}`;",
    ];
    expect(
      planted.map((text) => unquotedIn("planted.ts", text).length),
    ).toEqual([1, 1, 1]);
  });
});
