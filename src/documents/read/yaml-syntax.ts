import {
  Composer,
  Lexer,
  Parser,
  type CST,
  type Document,
  type ErrorCode,
} from "yaml";
import type { Diagnostic } from "../../domain/problem/diagnostic.ts";
import { report } from "./report.ts";
import type { TextSource } from "./text-source.ts";
import { MAX_DOCUMENTS } from "./text-source.ts";
import { MAX_DEPTH } from "./yaml-values.ts";

// A level of nesting takes up to four entries of the parser's stack (a mapping in a sequence, each
// with its item). The parser recurses over it later, and a stack overflow inside a regular
// expression ends the process, so this is checked while tokens arrive.
const MAX_STACK = 4 * MAX_DEPTH;
// A value takes about five lexemes; above this a file has more than 50,000 values or is noise.
const MAX_LEXEMES = 300_000;
const MAX_PROBLEMS = 20;

// The parser's own sentences quote the source, which may be a secret; these do not.
const SENTENCES: Partial<Record<ErrorCode, string>> = {
  BAD_ALIAS: "an alias or anchor has a wrong name",
  BAD_DIRECTIVE: "a directive is wrong",
  BAD_DQ_ESCAPE: "an escape sequence in double quotes is wrong",
  BAD_INDENT: "the indentation is wrong",
  BAD_SCALAR_START: "a value starts with a character that needs quotes",
  BLOCK_AS_IMPLICIT_KEY:
    "a mapping or list starts where a value was expected; a colon in a value needs quotes",
  BLOCK_IN_FLOW: "a block collection stands inside brackets or braces",
  KEY_OVER_1024_CHARS: "a key is longer than 1,024 characters",
  MISSING_CHAR: "a closing quote, bracket, brace, comma or colon is missing",
  MULTILINE_IMPLICIT_KEY:
    "a key runs over several lines; a colon may be missing",
  MULTIPLE_ANCHORS: "a value has two anchors",
  MULTIPLE_TAGS: "a value has two tags",
  TAB_AS_INDENT: "a tab is used as indentation",
  UNEXPECTED_TOKEN: "a character stands where the syntax does not allow it",
  RESOURCE_EXHAUSTION: "the nesting is too deep",
};

/**
 * The documents of a text as trees of nodes with positions, and what is wrong with its syntax.
 * Never throws.
 */
export interface Syntax {
  readonly documents: readonly Document.Parsed[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads YAML 1.2 (and so JSON) with the core schema. No message or frame repeats a value of the
 * text.
 */
export function parseSyntax(source: TextSource): Syntax {
  const { tokens, problem } = readTokens(source);
  if (problem !== undefined) return { documents: [], diagnostics: [problem] };
  const diagnostics: Diagnostic[] = [];
  for (const token of tokens) {
    if (token.type !== "directive" || /^%YAML\s+1\.2\s*$/u.test(token.source))
      continue;
    diagnostics.push(
      report(
        { source, start: token.offset, end: token.offset + 1 },
        {
          code: "CFG001",
          message: "a directive is refused",
          why: "documents are YAML 1.2 with its core schema; a directive would change what the text means",
          fix: "remove the line that starts with a percent sign",
        },
      ),
    );
  }
  const documents = [
    ...new Composer({
      version: "1.2",
      schema: "core",
      uniqueKeys: false,
      logLevel: "silent",
    }).compose(tokens),
  ];
  for (const { errors } of documents) {
    for (const error of errors) {
      if (diagnostics.length >= MAX_PROBLEMS) break;
      diagnostics.push(syntaxProblem(source, error));
    }
  }
  return { documents, diagnostics };
}

function readTokens(source: TextSource): {
  tokens: CST.Token[];
  problem?: Diagnostic;
} {
  const { text } = source;
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  const counts = { lexemes: 0, documents: 0 };
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) {
      tokens.push(token);
      if (token.type === "document") counts.documents += 1;
    }
    counts.lexemes += 1;
    const what = excess(parser, counts);
    if (what === undefined) continue;
    const problem = report(
      { source, start: parser.offset, end: parser.offset + 1 },
      {
        code: "CFG004",
        message: `the document is too large: ${what}`,
        why: "limits keep a small file from using up memory or time",
        fix: "split or flatten the document",
      },
    );
    return { tokens: [], problem };
  }
  for (const token of parser.end()) tokens.push(token);
  return { tokens };
}

/** What a text has too much of, as far as it was read, or `undefined`. */
function excess(
  parser: Parser,
  counts: { readonly lexemes: number; readonly documents: number },
): string | undefined {
  if (counts.lexemes > MAX_LEXEMES) return "it has too many values";
  if (parser.stack.length > MAX_STACK)
    return `it is nested deeper than ${String(MAX_DEPTH)} levels`;
  if (counts.documents > MAX_DOCUMENTS)
    return `its file holds more than ${MAX_DOCUMENTS.toLocaleString("en")} documents`;
  return undefined;
}

function syntaxProblem(
  source: TextSource,
  error: { readonly code: ErrorCode; readonly pos: readonly [number, number] },
): Diagnostic {
  const [start, end] = error.pos;
  return report(
    { source, start, end },
    {
      code: error.code === "RESOURCE_EXHAUSTION" ? "CFG004" : "CFG001",
      message: `the text is not valid YAML: ${SENTENCES[error.code] ?? "the syntax is wrong here"}`,
      why: "the file is read as YAML 1.2; values on this line are not shown, because they could be secrets",
      fix:
        error.code === "TAB_AS_INDENT"
          ? "indent with spaces"
          : "correct the line, or the one before or after it; look at quotes, colons and indentation",
    },
  );
}
