import { LineCounter } from "yaml";
import type { Diagnostic } from "../../domain/problem/diagnostic.ts";
import type { Layer } from "../../domain/problem/location.ts";
import type { SourceFile } from "../../domain/source-file.ts";
import { findControlCharacter } from "./safe-text.ts";

/**
 * Largest document, in bytes. The file source refuses earlier; this holds for every other way a
 * text gets here.
 */
export const MAX_DOCUMENT_BYTES: number = 1024 * 1024;

/** The text of a file, with what is needed to tell line and column of an offset. */
export interface TextSource {
  /** Relative to the workspace. */
  readonly file: string;
  readonly layer?: Layer;
  /** Name of the variable that gave the value, where the layer is one. */
  readonly name?: string;
  readonly text: string;
  readonly lines: LinePositions;
}

/** Tells line and column of an offset, both from 1. */
export type LinePositions = Pick<LineCounter, "linePos" | "lineStarts">;

/** The lines of a text, counted when somebody asks for the first place in it. */
export function linesOf(text: string): LinePositions {
  let counted: LineCounter | undefined;
  const count = (): LineCounter => {
    if (counted !== undefined) return counted;
    counted = new LineCounter();
    for (let start = 0; start >= 0; start = nextLine(text, start))
      counted.addNewLine(start);
    return counted;
  };
  return {
    get lineStarts() {
      return count().lineStarts;
    },
    linePos: (offset) => count().linePos(offset),
  };
}

/** Where the line after this one starts, or -1. */
function nextLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? -1 : end + 1;
}

/** Most documents of one file: each costs about a kilobyte of memory, however empty it is. */
export const MAX_DOCUMENTS: number = 1_000;

const STRICT = new TextDecoder("utf-8", { fatal: true });

/** The text of a file, or why it has none. A byte order mark is accepted and dropped. */
export function decodeSource(
  file: SourceFile,
  layer: Layer,
): { readonly source: TextSource } | { readonly refused: Diagnostic } {
  if (file.bytes.length > MAX_DOCUMENT_BYTES)
    return refused(file, "CFG004", 1, {
      message: "the file is larger than 1 MiB",
      fix: "split it: a file holds one connection",
    });
  let text: string;
  try {
    text = STRICT.decode(file.bytes);
  } catch {
    const lossy = new TextDecoder("utf-8").decode(file.bytes);
    return refused(file, "CFG001", lineAt(lossy, lossy.indexOf("\uFFFD")), {
      message: "the file is not UTF-8 text",
      fix: "save it as UTF-8, or remove it if it is not a document",
    });
  }
  const control = findControlCharacter(text);
  if (control >= 0)
    return refused(file, "CFG001", lineAt(text, control), {
      message: `the file holds the control character U+${text.charCodeAt(control).toString(16).toUpperCase().padStart(4, "0")}`,
      fix: "remove the character; a text file has only line ends and tabs",
    });
  const crowd = tooManyDocuments(text);
  if (crowd >= 0)
    return refused(file, "CFG004", lineAt(text, crowd), {
      message: `the file holds more than ${MAX_DOCUMENTS.toLocaleString("en")} documents`,
      why: "documents are read by people; a file holds one, or a few that belong together",
      fix: "write each connection into a file of its own",
    });
  return {
    source: { file: file.path, layer, text, lines: linesOf(text) },
  };
}

/**
 * Where one document too many begins, or -1. Counted before the text is parsed: a document is more
 * work than the four characters it takes.
 */
function tooManyDocuments(text: string): number {
  // Each takes at least four characters with its line end.
  if (text.length < 8 * MAX_DOCUMENTS) return -1;
  let count = 0;
  for (const { index } of text.matchAll(/^(?:---|\.\.\.)/gmu)) {
    count += 1;
    // Each document may be closed as well as begun.
    if (count > 2 * MAX_DOCUMENTS) return index;
  }
  return -1;
}

function refused(
  file: SourceFile,
  code: "CFG001" | "CFG004",
  line: number,
  {
    message,
    why = "documents are UTF-8 text of at most 1 MiB",
    fix,
  }: {
    readonly message: string;
    readonly why?: string;
    readonly fix: string;
  },
): { readonly refused: Diagnostic } {
  const location = { file: file.path, line, column: 1 };
  return { refused: { code, severity: "error", message, location, why, fix } };
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, Math.max(0, offset)).split("\n").length;
}
