import {
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  parseAllDocuments,
  visit,
  type Alias,
  type Document,
  type Pair,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import type { Diagnostic } from "../../domain/problem/diagnostic.ts";
import { isJsonObject, type JsonValue } from "../../domain/json.ts";
import type { Layer } from "../../domain/problem/location.ts";
import type { SourceFile } from "../../domain/source-file.ts";
import { canonicalJson } from "../../util/canonical-json.ts";
import { rangeOf, type DocumentKind } from "../read/document.ts";
import { inSchemaOrder, orderValue } from "./format-order.ts";
import { settleComments } from "./format-comments.ts";
import { parseFile } from "../read/parse.ts";
import { suppressedPlaces } from "../check/suppressed-places.ts";
import { readSuppressions } from "../check/suppressions.ts";

/** What became of one file. */
export type Formatted =
  | {
      readonly kind: "formatted";
      readonly before: string;
      readonly after: string;
    }
  | { readonly kind: "left-alone"; readonly why: string }
  | { readonly kind: "invalid"; readonly diagnostics: readonly Diagnostic[] };

/** What a file is. */
export interface FileRole {
  readonly kind: DocumentKind;
  readonly layer: Layer;
}

// Longest mapping between braces, as JSON, that stays on its line.
const MAX_FLOW = 60;
// Text without quotes that programs of YAML 1.1 take for something else.
const OTHER_TYPE_IN_1_1 =
  /^(?:y|n|yes|no|on|off|true|false|null|~|[-+]?[\d_][\d_:.]*|\d{4}-\d\d?-\d\d?.*)$/iu;

/**
 * A file of documents in the one form all have: fields in the order of the schema, two spaces,
 * lists one item a line, no needless quotes, at most one blank line. Comments stay with what they
 * are about, and the order of lists is never changed: even where a program reads them as a set,
 * people group and comment their items. What the file means does not change; where that cannot be
 * held it is left alone.
 */
export function formatFile(file: SourceFile, role: FileRole): Formatted {
  const parsed = parseFile(file, role.kind, role.layer);
  const [first] = parsed.documents;
  if (first === undefined)
    return { kind: "invalid", diagnostics: parsed.diagnostics };
  if (parsed.documents.some(({ value }) => isJsonObject(value["sops"])))
    return {
      kind: "left-alone",
      why: "it carries a sops block of its own; the sops program writes it",
    };
  const before = first.source.text;
  const after = file.path.endsWith(".json")
    ? `${JSON.stringify(orderValue(first.value, role.kind), null, 2)}\n`
    : settled(before, role.kind);
  if (after === undefined || !isSame(file, role, after))
    return {
      kind: "left-alone",
      why: "its comments or values cannot all be kept in the common form; simplify the comments inside brackets or before aliases",
    };
  return { kind: "formatted", before, after };
}

/** The form that stays as it is when it is formatted again; `undefined` when there is none near. */
function settled(text: string, kind: DocumentKind): string | undefined {
  let at = text;
  for (let round = 0; round < 4; round += 1) {
    const next = formatText(at, kind);
    if (next === at || next === undefined) return next;
    at = next;
  }
  return undefined;
}

function formatText(text: string, kind: DocumentKind): string | undefined {
  const source = text.replaceAll("\r\n", "\n");
  const lines = new LineCounter();
  const documents = parseAllDocuments(source, {
    version: "1.2",
    schema: "core",
    // Keys were held apart already; the library would compare each with all others.
    uniqueKeys: false,
    lineCounter: lines,
  });
  if (!Array.isArray(documents)) return undefined;
  const suppressions = readSuppressions({ file: "", text: source, lines });
  const held = new Set(suppressions.map(({ line }) => line));
  for (const document of documents) {
    if (document.errors.length > 0) return undefined;
    tidy(document, { source, lines, held }, kind);
  }
  const written = documents
    .map((document) =>
      document.toString({ lineWidth: 0, indent: 2, indentSeq: true }),
    )
    .join("");
  const lists = held.size === 0 ? written : withoutPadding(written);
  return lists.replace(/\n*$/u, "\n");
}

/** Lists on one line without the blanks that the library puts inside their brackets. */
function withoutPadding(text: string): string {
  return text.replaceAll(
    /^( *(?:- )?[^\s#"'{}[\]]+: )\[ (.*) \]$/gmu,
    "$1[$2]",
  );
}

/** A text that is formatted, and its lines that a suppression keeps quiet. */
interface Layout {
  readonly source: string;
  readonly lines: LineCounter;
  readonly held: ReadonlySet<number>;
}

function tidy(
  document: Document.Parsed,
  layout: Layout,
  kind: DocumentKind,
): void {
  const { source } = layout;
  settleComments(document, source);
  visit(document, {
    Pair: (_, pair) => {
      liftComment(pair, source);
    },
    Map: (_, map, path) => {
      map.flow =
        map.flow === true &&
        path.length > 1 &&
        (isShort(map) || isHeldLine(map, layout));
    },
    Seq: (_, list, path) => {
      list.flow =
        list.flow === true && (path.some(isFlow) || isHeldLine(list, layout));
    },
    Scalar: (_, scalar) => {
      plain(scalar);
    },
    Node: (_, node) => {
      if (node.commentBefore) node.commentBefore = oneBlank(node.commentBefore);
      if (node.comment) node.comment = oneBlank(node.comment);
    },
  });
  if (document.commentBefore)
    document.commentBefore = oneBlank(document.commentBefore);
  if (document.comment) document.comment = oneBlank(document.comment);
  // Moved apart, an alias could come to stand before its anchor.
  if (isMap(document.contents) && !holdsAlias(document))
    inSchemaOrder(document.contents, kind, (key) => isHeld(key, layout));
}

/** Whether a suppression is about the line on which this begins. */
function isHeld(node: unknown, { lines, held }: Layout): boolean {
  const start = rangeOf(node)?.[0];
  return start !== undefined && held.has(lines.linePos(start).line);
}

/**
 * Whether this is one line that a suppression is about: on several lines, the suppression would be
 * about one of them.
 */
function isHeldLine(node: YAMLMap | YAMLSeq, layout: Layout): boolean {
  const [start, end] = rangeOf(node) ?? [0, 0];
  return (
    isHeld(node, layout) && !layout.source.slice(start, end).includes("\n")
  );
}

function holdsAlias(document: Document.Parsed): boolean {
  const aliases: Alias[] = [];
  visit(document, {
    Alias: (_, alias) => {
      aliases.push(alias);
      return visit.BREAK;
    },
  });
  return aliases.length > 0;
}

/**
 * Puts a comment that stands behind `key:`, or behind the bracket that ends a list, above the key:
 * what stands below the key then is about entries.
 */
function liftComment({ key, value }: Pair, source: string): void {
  if (!isScalar(key) || !(isMap(value) || isSeq(value))) return;
  const lifted = [behindKey(value, rangeOf(key)?.[1] ?? 0, source)];
  if (value.flow === true && value.items.length > 0) {
    lifted.push(value.comment ?? undefined);
    value.comment = null;
  }
  const comments = [key.commentBefore, ...lifted].filter(
    (text) => text !== undefined && text !== null,
  );
  if (comments.length > 0) key.commentBefore = comments.join("\n");
}

/** Takes the comment behind `key:` from the collection below, where the parser puts it. */
function behindKey(
  value: YAMLMap | YAMLSeq,
  keyEnd: number,
  source: string,
): string | undefined {
  const behind = /\s*:[ \t]+#([^\n]*)/uy;
  behind.lastIndex = keyEnd;
  const [first, ...rest] = value.commentBefore?.split("\n") ?? [];
  if (first === undefined || behind.exec(source)?.[1]?.trimEnd() !== first)
    return undefined;
  value.commentBefore = rest.length === 0 ? null : rest.join("\n");
  return first;
}

function isFlow(node: unknown): boolean {
  return (isMap(node) || isSeq(node)) && node.flow === true;
}

/** Whether a mapping between braces holds plain values only, and few. */
function isShort(map: YAMLMap | YAMLSeq): boolean {
  return (
    isMap(map) &&
    map.items.every(({ value }) => isScalar(value) && !value.comment) &&
    JSON.stringify(map.toJSON()).length <= MAX_FLOW
  );
}

function plain(scalar: Scalar): void {
  const { type, value } = scalar;
  if (typeof value !== "string") return;
  if (type === "BLOCK_FOLDED" || type === "BLOCK_LITERAL") return;
  const isQuoted = type === "QUOTE_DOUBLE" || type === "QUOTE_SINGLE";
  if (isQuoted && OTHER_TYPE_IN_1_1.test(value)) scalar.type = "QUOTE_DOUBLE";
  else if (value.includes("\n")) scalar.type = "QUOTE_DOUBLE";
  else delete scalar.type;
}

function oneBlank(comment: string): string {
  return comment.replace(/\n{3,}/gu, "\n\n");
}

/** Whether the text means what the file means, and holds the same comments. */
function isSame(file: SourceFile, role: FileRole, after: string): boolean {
  const read = (one: SourceFile): readonly JsonValue[] =>
    parseFile(one, role.kind, role.layer).documents.map(({ value }) => value);
  const changed = { ...file, bytes: new TextEncoder().encode(after) };
  const before = new TextDecoder().decode(file.bytes);
  return (
    canonicalJson(read(file)) === canonicalJson(read(changed)) &&
    canonicalJson(commentsOf(before)) === canonicalJson(commentsOf(after)) &&
    canonicalJson(suppressedPlaces(before)) ===
      canonicalJson(suppressedPlaces(after))
  );
}

// The lexer puts this in front of every scalar, so that its text is not taken for a comment.
const SCALAR_FOLLOWS = "\u{1f}";

/** The comments of a text, sorted. */
export function commentsOf(text: string): readonly string[] {
  const comments: string[] = [];
  let previous = "";
  for (const lexeme of new Lexer().lex(text)) {
    if (lexeme.startsWith("#") && previous !== SCALAR_FOLLOWS)
      comments.push(lexeme.trimEnd());
    previous = lexeme;
  }
  return comments.sort();
}
