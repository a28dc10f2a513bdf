import type { Diagnostic } from "../domain/diagnostic.ts";
import { AppError } from "../domain/error.ts";
import { located } from "./check-rules.ts";
import { assertOneDocument } from "./sops/one-document.ts";
import { shownRule, standsReadable } from "./sops/readable.ts";
import type { SopsFile } from "./sops/sops-file.ts";
import type { SopsNode } from "./sops/tree.ts";

const MAX_NAMES = 5;

/** What is wrong with the contents of an environment's file of secrets, told without a key: values nobody could find, values everybody can read. */
export function checkContents(file: SopsFile): readonly Diagnostic[] {
  try {
    assertOneDocument(file);
  } catch (error) {
    if (error instanceof AppError) return [located(error, file.path)];
    throw error;
  }
  return readableValues(file);
}

/** A warning, because nothing refers to such a value: a reference to one is an error of its own. */
function readableValues(file: SopsFile): readonly Diagnostic[] {
  const paths = file.documents
    .flatMap((tree) => leafPaths(tree, []))
    .filter((path) => standsReadable(file, path))
    .map((path) => JSON.stringify(path.join("/")));
  if (paths.length === 0) return [];
  const shown = paths.slice(0, MAX_NAMES).join(", ");
  const more =
    paths.length > MAX_NAMES
      ? ` and ${String(paths.length - MAX_NAMES)} more`
      : "";
  return [
    {
      code: "SEC005",
      severity: "warning",
      message: `${file.path}: readable in a file of secrets: ${shown}${more}`,
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
