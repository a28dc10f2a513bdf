import { isMap, isSeq, LineCounter } from "yaml";
import type { Diagnostic } from "../../domain/problem/diagnostic.ts";
import type { Plan } from "../../domain/generated/plan.ts";
import { isJsonObject } from "../../domain/json.ts";
import { segmentsOf } from "../../domain/field/pointer.ts";
import { isPlainJson } from "../../util/plain-json.ts";
import { endOfString, parseStrictJson } from "../../util/strict-json.ts";
import { rangeOf } from "../read/document.ts";
import validatePlan from "../generated/validate-plan.js";
import { quoted } from "../read/safe-text.ts";
import { memberOf } from "./schema-words.ts";
import type { SchemaError } from "./schema-error.ts";
import { expectationOf } from "./schema-words.ts";
import { parseSyntax } from "../read/yaml-syntax.ts";

/**
 * Largest plan file, in UTF-16 code units: about 10 KiB for each of 5,000 connections, with room.
 */
export const MAX_PLAN_LENGTH: number = 64 * 1024 * 1024;
// Positions cost a second parse, so they are worked out only for plans of a size that people look
// into.
const MAX_POSITIONS = 1024 * 1024;
const MAX_PROBLEMS = 20;
/**
 * The only format that is read: a plan is short-lived, and one that is not understood to the last
 * member proves nothing.
 */
const FORMAT = "1.3";
const START: Position = { line: 1, column: 1 };

interface Position {
  readonly line: number;
  readonly column: number;
}

/** Line and column of a pointer. */
type Locator = (pointer: string) => Position;

/** A plan that was read from a file, or why it cannot be used. */
export interface ReadPlan {
  /** Absent when there is an error. Its digest is not checked here. */
  readonly plan?: Plan;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads a plan file: size, JSON, format version, schema. Never throws. */
export function readPlanFile(text: string, file: string): ReadPlan {
  if (text.length > MAX_PLAN_LENGTH)
    return refused(
      file,
      "the plan file is larger than 64 MiB",
      "plan again, or apply without a file",
    );
  if (isTooIntricate(text))
    return refused(
      file,
      "the plan file holds more parts, or deeper ones, than a plan can",
      "plan again; plan files are not meant to be edited",
    );
  const read = parseStrictJson(text.replace(/^\uFEFF/u, ""));
  if ("value" in read) return checkPlan(read.value, file, locator(text));
  if (read.member === undefined)
    return refused(
      file,
      "the plan file is not JSON",
      "plan again; the file may have been cut short or edited",
    );
  return refused(
    file,
    read.problem === "duplicate"
      ? `the plan file names the member ${quoted(read.member)} twice`
      : `the plan file has a member ${quoted(read.member)}`,
    "plan again; plan files are not meant to be edited",
  );
}

/**
 * Far more objects and lists than the largest plan has, which is told in thousands of changes of
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

/** Checks a value that may be a plan: plain JSON, format version, schema. Never throws. */
export function checkPlan(
  value: unknown,
  file: string,
  locate: Locator = () => START,
): ReadPlan {
  if (!isPlainJson(value))
    return refused(
      file,
      "the plan file holds text or nesting that no plan has",
      "plan again; plan files are not meant to be edited",
    );
  if (!isJsonObject(value))
    return refused(
      file,
      "the plan file holds no plan",
      "name a file that plan wrote",
    );
  const version = value["format_version"];
  if (
    value["kind"] !== "plan" ||
    typeof version !== "string" ||
    !/^\d{1,4}\.\d{1,4}$/u.test(version)
  )
    return refused(
      file,
      "the file is not a plan",
      "name a file that plan wrote",
    );
  if (version !== FORMAT)
    return refused(
      file,
      `the plan is in format ${quoted(version)}, and this program reads format ${FORMAT}`,
      "plan again with this version of the program",
    );
  if (validatePlan(value)) return { plan: asPlan(value), diagnostics: [] };
  return {
    diagnostics: (validatePlan.errors ?? [])
      .slice(0, MAX_PROBLEMS)
      .map((error) => problem(error, { file, ...locate(error.instancePath) })),
  };
}

function refused(file: string, message: string, fix: string): ReadPlan {
  return {
    diagnostics: [
      {
        code: "CFG030",
        severity: "error",
        message,
        location: { file, ...START },
        why: "apply does what a plan file says, so it takes only files that it understands in full",
        fix,
      },
    ],
  };
}

function asPlan(value: object): Plan {
  // The compiled validator checked exactly this shape.
  return value as Plan;
}

function problem(
  error: SchemaError,
  location: NonNullable<Diagnostic["location"]>,
): Diagnostic {
  const { keyword, instancePath } = error;
  const at = instancePath === "" ? "the plan" : quoted(instancePath);
  const member = memberOf(error);
  const what =
    member === undefined
      ? `${at} must be ${expectationOf(error)}`
      : `${at} ${keyword === "required" ? "lacks" : "has an unknown member"} ${quoted(member)}`;
  return {
    code: "CFG030",
    severity: "error",
    message: `the plan file does not follow its schema: ${what}`,
    location,
    why: "plans are checked against schemas/plan.schema.json",
    fix: "plan again; plan files are not meant to be edited",
  };
}

/** Line and column of a pointer; the start of the file where the plan is too large for that. */
function locator(text: string): Locator {
  if (text.length > MAX_POSITIONS) return () => START;
  const lines = new LineCounter();
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
