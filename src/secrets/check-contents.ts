import { argumentWord } from "../util/shell-word.ts";
import type { Diagnostic } from "../domain/problem/diagnostic.ts";
import { AppError } from "../domain/problem/error.ts";
import { located } from "./check-rules.ts";
import { coveredBy } from "./sops/file/cipher-stash.ts";
import { commentsOf } from "./sops/formats/comments.ts";
import { parseEncText } from "./sops/core/enc-text.ts";
import { assertOneDocument } from "./sops/file/one-document.ts";
import { shownRule, standsReadable } from "./sops/file/readable.ts";
import { decodeUtf8, type SopsFile } from "./sops/file/sops-file.ts";
import type { SopsNode } from "./sops/core/tree.ts";

const MAX_NAMES = 5;

/**
 * What is wrong with the contents of an environment's file of secrets, told without a key: values
 * nobody could find, values everybody can read.
 */
export function checkContents(file: SopsFile): readonly Diagnostic[] {
  try {
    assertOneDocument(file);
  } catch (error) {
    if (error instanceof AppError) return [located(error, file.path)];
    throw error;
  }
  return [...readableValues(file), ...readableComments(file)];
}

/** SOPS encrypts comments with the values; one that stands readable was written by hand since. */
function readableComments(file: SopsFile): readonly Diagnostic[] {
  if (file.programOnly !== undefined || file.format === "ini") return [];
  const isCovered = coveredBy(file.rule);
  const text = decodeUtf8(file.bytes, file.path);
  const found = commentsOf(text, file.format).filter(
    (comment) =>
      comment.text.trim() !== "" &&
      isCovered(comment.keys) &&
      parseEncText(comment.text)?.label !== "comment",
  );
  const lines = found
    .slice(0, MAX_NAMES)
    .map(({ start }) => text.slice(0, start).split("\n").length);
  const [first] = lines;
  if (first === undefined) return [];
  return [
    {
      code: "SEC005",
      severity: "warning",
      message: `${file.path}: readable ${found.length === 1 ? "comment" : "comments"} in line ${lines.join(", ")}${moreThan(found)}`,
      location: { file: file.path, line: first, column: 1 },
      why: "the rule of the file encrypts comments as well as values, and this was added by hand",
      fix: `take it out, or let it be encrypted: any change made with tieline secrets edit ${argumentWord(file.path)} does that`,
    },
  ];
}

function moreThan(all: readonly unknown[]): string {
  return all.length > MAX_NAMES
    ? ` and ${String(all.length - MAX_NAMES)} more`
    : "";
}

/** A warning, because nothing refers to such a value: a reference to one is an error of its own. */
function readableValues(file: SopsFile): readonly Diagnostic[] {
  const paths = file.documents
    .flatMap((tree) => leafPaths(tree, []))
    .filter((path) => standsReadable(file, path))
    .map((path) => JSON.stringify(path.join("/")));
  if (paths.length === 0) return [];
  const shown = paths.slice(0, MAX_NAMES).join(", ");
  return [
    {
      code: "SEC005",
      severity: "warning",
      message: `${file.path}: readable in a file of secrets: ${shown}${moreThan(paths)}`,
      location: { file: file.path, line: 1, column: 1 },
      why:
        file.programOnly === undefined
          ? `the file's rule is ${shownRule(file.metadata.rule)}`
          : "these values are not encrypted",
      fix: "keep settings in environment.yaml; where one is a secret, replace it, and store the new one under a rule that encrypts it",
    },
  ];
}

function leafPaths(
  node: SopsNode,
  path: readonly string[],
): readonly (readonly string[])[] {
  if (node.kind === "map")
    return [...node.entries].flatMap(([key, child]) =>
      leafPaths(child, [...path, key]),
    );
  if (node.kind === "list")
    return node.items.flatMap((item, at) =>
      leafPaths(item, [...path, String(at)]),
    );
  return [path];
}
