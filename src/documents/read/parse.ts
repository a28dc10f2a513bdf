import { isMap } from "yaml";
import type { Diagnostic } from "../../domain/problem/diagnostic.ts";
import { InternalError } from "../../domain/problem/error.ts";
import { isJsonObject, type JsonObject } from "../../domain/json.ts";
import type { Layer } from "../../domain/problem/location.ts";
import type { SourceFile } from "../../domain/source-file.ts";
import type { DocumentKind, ParsedDocument } from "./document.ts";
import { rangeOf } from "./document.ts";
import { readPlainYaml } from "./plain-yaml.ts";
import { report, reportFile } from "./report.ts";
import { decodeSource, type TextSource } from "./text-source.ts";
import { ValueReader } from "./yaml-values.ts";
import { parseSyntax } from "./yaml-syntax.ts";
import { append } from "../../util/append.ts";

/**
 * What one file holds. When `diagnostics` has an error the documents are what could be understood,
 * or none.
 */
export interface ParsedFile {
  readonly path: string;
  readonly documents: readonly ParsedDocument[];
  readonly diagnostics: readonly Diagnostic[];
}

// The result depends on the file's content alone, and a file object never changes, so remembering
// it is invisible except in time: shared files are parsed once however many environments use them.
const PARSED = new WeakMap<SourceFile, ParsedFile>();

/** Parses a file of documents. Pure; a file object is parsed once. */
export function parseFile(
  file: SourceFile,
  kind: DocumentKind,
  layer: Layer,
): ParsedFile {
  const known = PARSED.get(file);
  if (known !== undefined) return known;
  const parsed = parseAnew(file, kind, layer);
  PARSED.set(file, parsed);
  return parsed;
}

function parseAnew(
  file: SourceFile,
  kind: DocumentKind,
  layer: Layer,
): ParsedFile {
  const decoded = decodeSource(file, layer);
  if ("refused" in decoded)
    return { path: file.path, documents: [], diagnostics: [decoded.refused] };
  const { source } = decoded;
  const isJsonFile = file.path.endsWith(".json");
  const plain = isJsonFile ? undefined : readPlainYaml(source.text);
  return plain === undefined
    ? parseStrictly(source, kind)
    : {
        path: file.path,
        documents: [leanDocument(kind, source, plain, 0)],
        diagnostics: [],
      };
}

function parseStrictly(source: TextSource, kind: DocumentKind): ParsedFile {
  const { file: path } = source;
  const syntax = parseSyntax(source);
  if (syntax.diagnostics.length > 0)
    return { path, documents: [], diagnostics: syntax.diagnostics };
  const documents: ParsedDocument[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const [index, { contents }] of syntax.documents.entries()) {
    if (diagnostics.length >= MAX_PROBLEMS) break;
    const reader = new ValueReader(source);
    const value = reader.read(contents);
    append(diagnostics, reader.diagnostics);
    if (isMap(contents) && isJsonObject(value))
      documents.push(leanDocument(kind, source, value, index));
    else if (value !== null) diagnostics.push(notAMapping(source, contents));
  }
  if (documents.length === 0 && diagnostics.length === 0)
    diagnostics.push(empty(path));
  if (
    path.endsWith(".json") &&
    diagnostics.length === 0 &&
    !isJson(source.text)
  )
    diagnostics.push(notJson(path));
  return {
    path,
    documents: diagnostics.length === 0 ? documents : [],
    diagnostics,
  };
}

/** Problems of one file after which its further documents are not looked at. */
const MAX_PROBLEMS = 100;

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function notAMapping(source: TextSource, node: unknown): Diagnostic {
  const range = rangeOf(node) ?? [0, 0];
  return report(
    { source, start: range[0], end: range[1] },
    {
      code: "CFG001",
      message: "the document is not a mapping",
      why: "a document is a set of fields such as connection_id and provider",
      fix: "write fields as name: value, or remove the document",
    },
  );
}

function empty(file: string): Diagnostic {
  return reportFile(file, {
    code: "CFG001",
    message: `the file ${JSON.stringify(file)} holds no document`,
    why: "an empty file could be a file that was cut short",
    fix: "write the document, or remove the file",
  });
}

function notJson(file: string): Diagnostic {
  return reportFile(file, {
    code: "CFG001",
    message: `the file ${JSON.stringify(file)} is YAML, not JSON`,
    why: "a file that ends in .json is read by other programs as JSON",
    fix: "rename it to .yaml, or write it as JSON",
  });
}

/**
 * A document that keeps its value and lets its nodes go: they are ten times the text, and most runs
 * never ask where something was written. Whoever asks has the text parsed once more.
 */
function leanDocument(
  kind: DocumentKind,
  source: TextSource,
  value: JsonObject,
  index: number,
): ParsedDocument {
  return {
    kind,
    source,
    value,
    get root() {
      return nodesOf(source, index).root;
    },
    get aliases() {
      return nodesOf(source, index).aliases;
    },
  };
}

type DocumentNodes = Pick<ParsedDocument, "root" | "aliases">;
type FileNodes = readonly (DocumentNodes | undefined)[];

// The nodes of files that were asked about last, the latest at the end. One question goes over a
// connection's layers and its environment again and again, so that many files stay, and small ones
// up to some text; of a thousand bad documents only these are in memory at once.
const ASKED = new Map<TextSource, FileNodes>();
const KEPT_FILES = 4;
const KEPT_CHARACTERS = 4 * 1024 * 1024;

let askedCharacters = 0;

function nodesOf(source: TextSource, index: number): DocumentNodes {
  const known = ASKED.get(source);
  const file = known ?? fileNodes(source);
  ASKED.delete(source);
  ASKED.set(source, file);
  if (known === undefined) {
    askedCharacters += source.text.length;
    forgetOldest();
  }
  const nodes = file[index];
  if (nodes === undefined)
    throw new InternalError("INT001", "a document changed while it was read");
  return nodes;
}

function forgetOldest(): void {
  for (const source of ASKED.keys()) {
    if (ASKED.size <= KEPT_FILES || askedCharacters <= KEPT_CHARACTERS) return;
    askedCharacters -= source.text.length;
    ASKED.delete(source);
  }
}

/** The nodes of every document of a file. */
function fileNodes(source: TextSource): FileNodes {
  return parseSyntax(source).documents.map(({ contents }) => {
    if (!isMap(contents)) return undefined;
    const reader = new ValueReader(source);
    reader.read(contents);
    return { root: contents, aliases: reader.aliases };
  });
}
