import { isMap, isSeq, visit, type Document, type Node } from "yaml";
import { UserError } from "../../domain/problem/error.ts";
import { isJsonObject, type JsonObject } from "../../domain/json.ts";
import { canonicalJson } from "../../util/canonical-json.ts";
import { rangeOf } from "../read/document.ts";
import { yamlText } from "../read/yaml-text.ts";
import { applyEdits, type DocumentEdit } from "./apply-edits.ts";
import { changeNode } from "./change-block.ts";
import { editContext, shared } from "./edit-context.ts";
import { readText, type ReadText } from "./read-text.ts";
import type { TextStyle } from "./render-node.ts";
import { rewriteDocument } from "./rewrite-document.ts";
import { Splices } from "./splices.ts";

export type { DocumentEdit } from "./apply-edits.ts";

const BYTE_ORDER_MARK = "\u{FEFF}";
/** Spaces per level where a file does not show its own. */
const USUAL_STEP = 2;

/**
 * The text of a YAML or JSON file with some values changed. Comments, order, quotes and every
 * untouched line stay as they are; members on the way are made. `index` says which document of a
 * file with several, counting those that hold something.
 * @throws UserError CFG047 when the text cannot be edited so that it means exactly what was asked:
 * it does not parse, holds its own SOPS block, or the value is shared through an anchor.
 */
export function editDocument(
  text: string,
  edits: readonly DocumentEdit[],
  index = 0,
): string {
  const mark = text.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : "";
  const plain = text.slice(mark.length);
  const before = readText(plain);
  const document = before.documents[index];
  if (document === undefined) {
    if (before.documents.length > 0 || index > 0)
      throw refusal("the file has fewer documents than that");
    return mark + newDocument(plain, edits);
  }
  if (isJsonObject(document.value["sops"]))
    throw refusal(
      "the file carries a sops block of its own, which seals what is in it",
      "run: tieline secrets edit <file>",
    );
  const wanted = applyEdits(document.value, edits);
  const goal = before.documents.map(({ value }, at) =>
    canonicalJson(at === index ? wanted : value),
  );
  if (goal[index] === canonicalJson(document.value)) return text;
  const isWanted = (candidate: string | undefined): candidate is string =>
    candidate !== undefined && means(candidate, goal);
  const spliced = splice(plain, before, index, wanted);
  if (isWanted(spliced)) return mark + spliced;
  // An anchor whose value was changed, or taken away from its aliases.
  if (document.hasAliases) throw shared();
  const rewritten = rewriteDocument(plain, index, edits);
  if (isWanted(rewritten)) return mark + rewritten;
  throw refusal(
    "the text would not mean what was asked for afterwards, or YAML cannot hold the value",
  );
}

/**
 * The text with the smallest changes that make one document mean what is wanted; `undefined` where
 * no way is known.
 */
function splice(
  text: string,
  { documents, isJson }: ReadText,
  index: number,
  wanted: JsonObject,
): string | undefined {
  const document = documents[index];
  if (document === undefined) return undefined;
  const isClosed = text.endsWith("\n");
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const splices = new Splices(isClosed ? text : `${text}${eol}`);
  const { contents } = document;
  const context = editContext(
    splices,
    styleOf(document.node, splices, isJson),
    contents,
  );
  const after = rangeOf(contents)?.[0] ?? 0;
  changeNode(context, { kind: "document", after, indent: 0 }, contents, [
    document.value,
    wanted,
  ]);
  const result = splices.apply();
  return result === undefined || isClosed
    ? result
    : result.replace(/\r?\n$/u, "");
}

/** How the document is written, as far as it shows. */
function styleOf(
  document: Document.Parsed,
  splices: Splices,
  isJson: boolean,
): TextStyle {
  let step: number | undefined;
  let isListDeeper: boolean | undefined;
  visit(document, {
    Pair: (_, pair) => {
      const { key, value } = pair;
      const start = rangeOf(key)?.[0];
      if (start === undefined || !(isMap(value) || isSeq(value))) return;
      const inner = firstOf(value);
      if (inner === undefined || !splices.isFirstOnLine(inner)) return;
      const deeper = splices.column(inner) - splices.column(start);
      if (isSeq(value) && value.flow !== true) isListDeeper ??= deeper > 0;
      else if (deeper > 0) step ??= deeper;
    },
    Node: () =>
      step !== undefined && isListDeeper !== undefined
        ? visit.BREAK
        : undefined,
  });
  const root: Node | null = document.contents;
  const first = isJson && root !== null ? firstOf(root) : undefined;
  if (first !== undefined && splices.isFirstOnLine(first))
    step = splices.column(first);
  return {
    isJson,
    step: Math.min(step ?? USUAL_STEP, 8) || USUAL_STEP,
    isListDeeper: isListDeeper ?? true,
    eol: splices.eol,
  };
}

/** Offset of the first entry: of its key, or of the item's dash as far as a column goes. */
function firstOf(node: Node): number | undefined {
  if (isMap(node)) return rangeOf(node.items[0]?.key)?.[0];
  if (isSeq(node)) return rangeOf(node)?.[0];
  return undefined;
}

function newDocument(text: string, edits: readonly DocumentEdit[]): string {
  const wanted = applyEdits({}, edits);
  const above = text === "" || text.endsWith("\n") ? text : `${text}\n`;
  const after = above + yamlText(wanted);
  if (means(after, [canonicalJson(wanted)])) return after;
  throw refusal("YAML cannot hold the value");
}

/** Whether a text holds exactly these documents. */
function means(text: string, goal: readonly string[]): boolean {
  const read = readText(text, false);
  return (
    read.documents.length === goal.length &&
    read.documents.every(({ value }, at) => canonicalJson(value) === goal[at])
  );
}

function refusal(why: string, fix?: string): UserError {
  return new UserError("CFG047", "the text cannot be edited", {
    why,
    fix: fix ?? "edit the file by hand, then run: tieline validate",
    notDone: "nothing was written",
  });
}
