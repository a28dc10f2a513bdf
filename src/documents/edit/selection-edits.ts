import type { SourceFile } from "../../domain/source-file.ts";
import type { DocumentEdit } from "./edit-document.ts";
import { parseFile } from "../read/parse.ts";
import { isSelected, type Candidate } from "../layers/selection.ts";

/**
 * What would make an environment take a shared connection in, or the selector that decides against
 * it and not only about it.
 */
export type SelectionChange =
  { readonly edits: readonly DocumentEdit[] } | { readonly blockedBy: string };

/**
 * Edits of environment.yaml after which a shared connection belongs to the environment: its name
 * goes from exclude and into include. A wildcard or a label that leaves it out stays, because it
 * decides about other connections too.
 */
export function selectionEdits(
  environmentFile: SourceFile,
  candidate: Candidate,
): SelectionChange {
  const [document] = parseFile(
    environmentFile,
    "environment",
    "environment",
  ).documents;
  const include = textsAt(document?.value, "include");
  const exclude = textsAt(document?.value, "exclude") ?? [];
  const others = exclude.filter((text) => text !== candidate.name);
  const blockedBy = others.find(
    (text) =>
      !isSelected({ include: null, exclude: [aSelector(text)] }, candidate),
  );
  if (blockedBy !== undefined) return { blockedBy };
  const edits: DocumentEdit[] = [];
  if (others.length < exclude.length)
    edits.push(
      others.length === 0
        ? { pointer: "/connections/exclude", remove: true }
        : { pointer: "/connections/exclude", value: others },
    );
  const isIncluded =
    include === undefined ||
    isSelected({ include: include.map(aSelector), exclude: [] }, candidate);
  if (!isIncluded)
    edits.push({
      pointer: "/connections/include",
      value: [...include, candidate.name],
    });
  return { edits };
}

function aSelector(text: string): {
  readonly text: string;
  readonly pointer: string;
} {
  return { text, pointer: "" };
}

function textsAt(
  value: unknown,
  name: "include" | "exclude",
): readonly string[] | undefined {
  const selection = memberOf(value, "connections");
  const list = memberOf(selection, name);
  return Array.isArray(list)
    ? list.filter((item) => typeof item === "string")
    : undefined;
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" &&
    value !== null &&
    Object.hasOwn(value, name)
    ? new Map(Object.entries(value)).get(name)
    : undefined;
}
