import { isMap, isSeq } from "yaml";
import { segmentsOf } from "../../domain/field/pointer.ts";
import { isJsonObject, type JsonObject } from "../../domain/json.ts";
import type { DiagnosticCode } from "../../domain/problem/codes.ts";
import type { Diagnostic } from "../../domain/problem/diagnostic.ts";
import { isPlainJson } from "../../util/plain-json.ts";
import { endOfString, parseStrictJson } from "../../util/strict-json.ts";
import { rangeOf } from "../read/document.ts";
import { quoted } from "../read/safe-text.ts";
import { linesOf } from "../read/text-source.ts";
import { parseSyntax } from "../read/yaml-syntax.ts";
import type { CompiledValidator, SchemaError } from "./schema-error.ts";
import { expectationOf, memberOf } from "./schema-words.ts";

/**
 * Largest file of data that is read, in UTF-16 code units: about 10 KiB for each of 5,000
 * connections, with room.
 */
export const MAX_DATA_LENGTH: number = 64 * 1024 * 1024;
// Positions cost a second parse, so they are worked out only for files of a size that people look
// into.
const MAX_POSITIONS = 1024 * 1024;
const MAX_PROBLEMS = 20;
const START: Position = { line: 1, column: 1 };

interface Position {
  readonly line: number;
  readonly column: number;
}

/** Line and column of a pointer. */
type Locator = (pointer: string) => Position;

/** A kind of file that this program writes and reads again: plans, snapshots, results. */
export interface DataKind {
  /** As its member `kind` says. */
  readonly kind: string;
  /** Such as `the plan file`. */
  readonly what: string;
  /** The only format that is read: one that is not understood to the last member proves nothing. */
  readonly format: string;
  readonly code: DiagnosticCode;
  readonly validate: CompiledValidator;
  /** Why a file that is not understood in full is refused. */
  readonly why: string;
  /** What makes one anew, as the beginning of a sentence: `plan again`. */
  readonly again: string;
}

/** A file that was read, or why it cannot be used. */
export interface ReadData {
  /** Absent when there is an error. Follows the schema; its digest is not checked here. */
  readonly value?: JsonObject;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads a file of data: size, JSON, format version, schema. Never throws. */
export function readDataFile(
  text: string,
  file: string,
  kind: DataKind,
): ReadData {
  const { what, again } = kind;
  if (text.length > MAX_DATA_LENGTH)
    return refused(file, kind, `${what} is larger than 64 MiB`, again);
  if (isTooIntricate(text))
    return refused(
      file,
      kind,
      `${what} holds more parts, or deeper ones, than one can`,
      `${again}; such files are not meant to be edited`,
    );
  const read = parseStrictJson(text.replace(/^\uFEFF/u, ""));
  if ("value" in read) return checkData(read.value, file, kind, locator(text));
  if (read.member === undefined)
    return refused(
      file,
      kind,
      `${what} is not JSON`,
      `${again}; the file may have been cut short or edited`,
    );
  return refused(
    file,
    kind,
    read.problem === "duplicate"
      ? `${what} names the member ${quoted(read.member)} twice`
      : `${what} has a member ${quoted(read.member)}`,
    `${again}; such files are not meant to be edited`,
  );
}

/**
 * Far more objects and lists than the largest file has, which is told in thousands of changes of
 * some dozens.
 */
const MAX_PARTS = 2_000_000;
const MAX_ITEMS = 8_000_000;
const MAX_DEPTH = 200;

/**
 * Looked at before the text is parsed: a few characters of it can ask for a hundred times their
 * size in memory.
 */
function isTooIntricate(text: string): boolean {
  let parts = 0;
  let items = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '"') at = endOfString(text, at);
    else if (char === "{" || char === "[") {
      parts += 1;
      depth += 1;
      if (parts > MAX_PARTS || depth > MAX_DEPTH) return true;
    } else if (char === "}" || char === "]") depth -= 1;
    else if (char === ",") {
      items += 1;
      if (items > MAX_ITEMS) return true;
    }
  }
  return false;
}

/** Checks a value that may be of this kind: plain JSON, format version, schema. Never throws. */
export function checkData(
  value: unknown,
  file: string,
  kind: DataKind,
  locate: Locator = () => START,
): ReadData {
  const { what, again, format } = kind;
  if (!isPlainJson(value))
    return refused(
      file,
      kind,
      `${what} holds text or nesting that none has`,
      `${again}; such files are not meant to be edited`,
    );
  const version = isJsonObject(value) ? value["format_version"] : undefined;
  if (
    !isJsonObject(value) ||
    value["kind"] !== kind.kind ||
    typeof version !== "string" ||
    !/^\d{1,4}\.\d{1,4}$/u.test(version)
  )
    return refused(
      file,
      kind,
      `the file is not a ${kind.kind}`,
      "name a file that tieline wrote as one",
    );
  if (version !== format)
    return refused(
      file,
      kind,
      `the ${kind.kind} is in format ${quoted(version)}, and this program reads format ${format}`,
      `${again} with this version of the program`,
    );
  if (kind.validate(value)) return { value, diagnostics: [] };
  return {
    diagnostics: (kind.validate.errors ?? [])
      .slice(0, MAX_PROBLEMS)
      .map((error) =>
        problem(error, { file, ...locate(error.instancePath) }, kind),
      ),
  };
}

function refused(
  file: string,
  { code, why }: DataKind,
  message: string,
  fix: string,
): ReadData {
  const location = { file, ...START };
  return {
    diagnostics: [{ code, severity: "error", message, location, why, fix }],
  };
}

function problem(
  error: SchemaError,
  location: NonNullable<Diagnostic["location"]>,
  { code, kind, what: file, again }: DataKind,
): Diagnostic {
  const { keyword, instancePath } = error;
  const at = instancePath === "" ? `the ${kind}` : quoted(instancePath);
  const member = memberOf(error);
  const what =
    member === undefined
      ? `${at} must be ${expectationOf(error)}`
      : `${at} ${keyword === "required" ? "lacks" : "has an unknown member"} ${quoted(member)}`;
  return {
    code,
    severity: "error",
    message: `${file} does not follow its schema: ${what}`,
    location,
    why: `it is checked against schemas/${kind}.schema.json`,
    fix: `${again}; such files are not meant to be edited`,
  };
}

/** Line and column of a pointer; the start of the file where the plan is too large for that. */
function locator(text: string): Locator {
  if (text.length > MAX_POSITIONS) return () => START;
  const lines = linesOf(text);
  let root: unknown;
  return (pointer) => {
    // The same limits as for documents: what JSON.parse accepts may be nested deeper than a
    // recursive reader survives.
    root ??= parseSyntax({ file: "", text, lines }).documents[0]?.contents;
    let node = root;
    for (const segment of segmentsOf(pointer)) {
      const child: unknown = isMap(node)
        ? node.get(segment, true)
        : isSeq(node)
          ? node.get(Number(segment), true)
          : undefined;
      if (child === undefined) break;
      node = child;
    }
    const range = rangeOf(node);
    if (range === undefined) return START;
    const { line, col } = lines.linePos(range[0]);
    return { line, column: col };
  };
}
