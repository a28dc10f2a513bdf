import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { COMMANDS } from "../../src/cli/generated/commands.ts";
import { parseCommandLine } from "../../src/cli/program.ts";

/*
 * The law: a command of ours that a message or a page tells to paste is whole, and is understood.
 */

const ROOT = join(import.meta.dirname, "../..");

/** Stands for what a message puts in, and for what a page leaves to the reader. */
const HOLE = "x";

const NAMES = new Set(COMMANDS.map(({ name }) => name));

/** Our commands in a text: after a colon, a bracket or a quote, or at the beginning. */
function commandsIn(text: string): readonly string[] {
  return [
    ...text.matchAll(
      /(?:^|[:([>$]\s?|&& |npx |\b(?:or|run|then) )tieline ([a-z][^;`()\n]*)/gmu,
    ),
  ]
    .map(([, line = ""]) => line)
    .map((line) =>
      line
        .replaceAll(/<[^<>\n]*>/gu, HOLE)
        .replaceAll("\u0001", HOLE)
        .replaceAll(/ ?…/gu, "")
        .replaceAll(/\[([^\]]*)\]/gu, "")
        .split(
          /,? (?:and|then|or|&&|\|\|?|>>?|#|\d?>&?\S*|prints|has|shows|says|lists|puts|to|with|makes|continues) |\s{2,}|, |\. |: /u,
        )[0]
        ?.replace(/[.,:\\]+$/u, "")
        // A quote of the shell around it.
        .replace(/^([^"]*)"[^"]*$/u, "$1")
        .trim(),
    )
    .filter((line) => line !== undefined)
    .filter((line) => NAMES.has(line.split(" ")[0] ?? ""));
}

function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/gu)].map(
    ([, single, double, plain]) => single ?? double ?? plain ?? "",
  );
}

/** Commands that are not understood, with what is wrong. */
function misunderstood(text: string): readonly string[] {
  return commandsIn(text).flatMap((line) => {
    const parsed = parseCommandLine(wordsOf(line), "0", {});
    // One of some words may be put in; which ones is held by the definition.
    const isChosen =
      parsed.kind === "usage" &&
      parsed.message.includes(`argument '${HOLE}' is invalid`);
    return parsed.kind === "usage" && !isChosen
      ? [`${line}: ${parsed.message}`]
      : [];
  });
}

/** A text, with holes where something is put in. */
function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  const rest = node.templateSpans.map(({ literal }) => `\u0001${literal.text}`);
  return [node.head.text, ...rest].join("");
}

/** Every node of a file, outer ones before what is in them. */
function nodesOf(file: string): readonly ts.Node[] {
  const nodes: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    nodes.push(node);
    ts.forEachChild(node, visit);
  };
  visit(
    ts.createSourceFile(
      file,
      readFileSync(file, "utf8"),
      ts.ScriptTarget.Latest,
      true,
    ),
  );
  return nodes;
}

/** Every text in the sources. */
function textsOf(file: string): readonly string[] {
  return nodesOf(file).flatMap((node) => textOf(node) ?? []);
}

/** What a file says under `fix`. */
function fixesOf(file: string): readonly string[] {
  const texts: string[] = [];
  const take = (node: ts.Node): void => {
    const text = textOf(node);
    if (text !== undefined) texts.push(text);
    else if (ts.isConditionalExpression(node)) {
      take(node.whenTrue);
      take(node.whenFalse);
    } else if (ts.isBinaryExpression(node)) take(node.right);
  };
  for (const node of nodesOf(file))
    if (ts.isPropertyAssignment(node) && node.name.getText() === "fix")
      take(node.initializer);
  return texts;
}

/** How a sentence begins that says how things are, and not what to do. */
const NO_ADVICE =
  /^(?:did you|it |they |the |this |there |that |nothing |you |planning |unless |where |because |[\d;,])/u;

const filesIn = (folder: string, ending: string): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending) && !name.includes("generated"))
    .map((name) => join(ROOT, folder, name));

describe("a command that a message tells to paste", () => {
  it("is whole and is understood", () => {
    const found = filesIn("src", ".ts").flatMap((file) =>
      textsOf(file)
        // The name of a command alone, to which its arguments are put elsewhere.
        .filter((text) => !/^tieline [a-z]+(?: [a-z]+)?$/u.test(text))
        .flatMap(misunderstood)
        .map((each) => `${file.slice(ROOT.length + 1)}: ${each}`),
    );
    expect(found).toEqual([]);
  });

  it("is, or begins with, what to do", () => {
    const found = filesIn("src", ".ts").flatMap((file) =>
      fixesOf(file)
        .filter((text) => NO_ADVICE.test(text))
        .map((text) => `${file.slice(ROOT.length + 1)}: ${text}`),
    );
    expect(found).toEqual([]);
  });

  it("is found where it is planted", () => {
    expect(misunderstood("run: tieline plan --nope")).toHaveLength(1);
    expect(misunderstood("store it: tieline secrets set dev")).toHaveLength(1);
    expect(misunderstood("tieline explain SCH001")).toEqual([]);
  });
});

describe("a command on a page", () => {
  it.each(["docs/errors", "docs/guides", "docs"])(
    "of %s is whole and is understood",
    (folder) => {
      const found = filesIn(folder, ".md").flatMap((file) =>
        [
          ...readFileSync(file, "utf8").matchAll(
            /^```(?:sh|bash|console)\n([\s\S]*?)^```/gmu,
          ),
        ]
          .flatMap(([, block = ""]) =>
            misunderstood(block.replaceAll(/\\\n\s*/gu, "")),
          )
          .map((each) => `${file.slice(ROOT.length + 1)}: ${each}`),
      );
      expect(found).toEqual([]);
    },
  );
});
