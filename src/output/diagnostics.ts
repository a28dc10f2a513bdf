import { CODES } from "../domain/generated/codes.ts";
import { countOf, countText } from "../util/count.ts";
import type { Diagnostic, Severity } from "../domain/problem/diagnostic.ts";
import {
  type AppError,
  InternalError,
  RemoteError,
  TransientError,
} from "../domain/problem/error.ts";
import type { JsonObject, JsonValue } from "../domain/json.ts";
import type { SourceLocation } from "../domain/problem/location.ts";
import {
  indent,
  joinSafe,
  type Part,
  safe,
  type SafeText,
  textOf,
} from "./escape.ts";
import type { Reported } from "./findings.ts";
import { frameLines } from "./frame-text.ts";
import { type Paint, paint, shownFile, type Style } from "./style.ts";
import { append } from "../util/append.ts";

const SEVERITY_PAINT: Readonly<Record<Severity, Paint>> = {
  error: "red",
  warning: "yellow",
  note: "cyan",
};

/** Said when a bug of ours brings no advice of its own. */
const REPORT_IT =
  "this is a bug of tieline; report it with the command that led here";

/** What every message has, whoever it is from. */
interface Message {
  readonly label: SafeText;
  readonly code: string;
  readonly message: string;
  /** Lines between the sentence and its reasons: place, code frame, route. */
  readonly where: readonly SafeText[];
  readonly why?: string | undefined;
  readonly fix?: string | undefined;
  readonly result?: string | undefined;
}

/** The command that prints the page of a code: nobody has to know where the pages are. */
export function pageCommand(code: string): string {
  return `tieline explain ${code}`;
}

/**
 * Warnings or notes of one code that text shows; errors are always shown. A thousand files with one
 * habit would bury everything else.
 */
const MAX_ALIKE = 20;

/** From so many on, warnings or notes of one code are told together. */
const MANY_ALIKE = 4;

/**
 * The diagnostics in the order given, an empty line between two, and a line that counts them.
 * Nothing for none. Many warnings or notes of one code are one block, at the place of the first:
 * what each says and where, and once what is true of all of them. Of these the first 20 are shown,
 * and how many more there are.
 */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  style: Style,
): string {
  if (diagnostics.length === 0) return "";
  const blocks = groupsAlike(diagnostics).flatMap((group) => [
    ...groupLines(group, style),
    safe``,
  ]);
  return textOf([...blocks, safe`${summaryText(diagnostics)}`]);
}

/** Diagnostics that are told together; errors stand alone, each has its own code frame. */
function groupsAlike(
  diagnostics: readonly Diagnostic[],
): readonly (readonly Diagnostic[])[] {
  const groups = new Map<string, Diagnostic[]>();
  for (const each of diagnostics) {
    const { severity, code } = each;
    const kind = severity === "error" ? String(groups.size) : kindOf(each);
    const group = groups.get(`${severity} ${code} ${kind}`);
    if (group === undefined) groups.set(`${severity} ${code} ${kind}`, [each]);
    else group.push(each);
  }
  return [...groups.values()].flatMap((group) =>
    group.length < MANY_ALIKE ? group.map((each) => [each]) : [group],
  );
}

/** What is true of all that are told together. */
function kindOf({ why, fix }: Diagnostic): string {
  return JSON.stringify([why, fix === undefined]);
}

function groupLines(
  group: readonly Diagnostic[],
  style: Style,
): readonly SafeText[] {
  const [first, ...others] = group;
  if (first === undefined) return [];
  if (others.length === 0) return findingLines(first, style);
  const { severity, code, why } = first;
  const fixes = new Set(group.map(({ fix }) => fix));
  const rest = group.length - MAX_ALIKE;
  return messageLines({
    label: paint(style, SEVERITY_PAINT[severity], severity),
    code,
    message: `${countText(group.length)} times`,
    where: indent(
      [
        ...group.slice(0, MAX_ALIKE).map((each) => memberLine(each, style)),
        ...(rest > 0
          ? [
              safe`and ${countText(rest)} more of ${severity} ${code} not shown here; --json has all of them`,
            ]
          : []),
      ],
      2,
    ),
    why,
    fix:
      fixes.size === 1
        ? first.fix
        : `${first.fix ?? ""} (for the first; --json has that of each)`,
  });
}

function memberLine({ location, message }: Diagnostic, style: Style): SafeText {
  return location === undefined
    ? safe`${message}`
    : safe`${locationText(location, style)}  ${message}`;
}

/**
 * An error that stopped the run, in the anatomy of a diagnostic, with the remote detail there is.
 * Its cause is never printed, and the diagnostics it may carry are for {@link renderDiagnostics}.
 */
export function renderError(error: AppError, style: Style): string {
  return textOf(
    messageLines({
      label: paint(style, "red", "error"),
      code: error.code,
      message: error.message,
      where: indent(remoteLines(error), 2),
      why: error.why,
      fix:
        error.fix ?? (error instanceof InternalError ? REPORT_IT : undefined),
      result: error.notDone,
    }),
  );
}

/** `file:line:column`, followed by the layer where it is not the base document. */
function locationText(location: SourceLocation, style: Style): string {
  const { file, line, column, layer } = location;
  const place = `${shownFile(style, file)}:${String(line)}:${String(column)}`;
  return layer === undefined || layer === "base"
    ? place
    : `${place} (${layer})`;
}

/** The anatomy all messages share: what, where, why, fix, result, docs. */
function messageLines(message: Message): [SafeText, ...SafeText[]] {
  const lines: [SafeText, ...SafeText[]] = [
    safe`${message.label} ${message.code}: ${message.message}`,
    ...message.where,
  ];
  if (message.why !== undefined) lines.push(safe`  why: ${message.why}`);
  if (message.fix !== undefined) lines.push(safe`  fix: ${message.fix}`);
  append(lines, resultLine(message.result));
  if (Object.hasOwn(CODES, message.code))
    lines.push(safe`  docs: ${pageCommand(message.code)}`);
  return lines;
}

function resultLine(result: string | undefined): SafeText[] {
  return result === undefined ? [] : [safe`  result: ${result}`];
}

/** All that is known of a finding: what, where, why, and what to do. */
export function findingLines(
  diagnostic: Reported,
  style: Style,
): [SafeText, ...SafeText[]] {
  const { severity, location, frame } = diagnostic;
  const place =
    location === undefined ? [] : [safe`${locationText(location, style)}`];
  const source = frame === undefined ? [] : frameLines(frame, style);
  return messageLines({
    label: paint(style, SEVERITY_PAINT[severity], severity),
    code: diagnostic.code,
    message: diagnostic.message,
    where: indent([...place, ...source], 2),
    why: diagnostic.why,
    fix: diagnostic.fix,
  });
}

function remoteLines(error: AppError): SafeText[] {
  if (!(error instanceof RemoteError)) return [];
  const facts: Part[] = [];
  if (error.status !== null) facts.push(safe`status ${error.status}`);
  if (error.vendorCode !== undefined) facts.push(error.vendorCode);
  if (error.requestId !== undefined)
    facts.push(safe`request id ${error.requestId}`);
  if (facts.length === 0) facts.push("no usable answer");
  const route = error.route === undefined ? safe`` : safe`${error.route}: `;
  const lines = [safe`${route}${joinSafe(facts, ", ")}`];
  if (error instanceof TransientError && error.mayHaveCommitted)
    lines.push(safe`the request may have taken effect all the same`);
  return lines;
}

/** How many there are of each severity, and in how many files. */
export function summaryText(diagnostics: readonly Reported[]): string {
  const severities: readonly Severity[] = ["error", "warning", "note"];
  const counts = severities
    .map((severity) => ({
      severity,
      count: diagnostics.filter((d) => d.severity === severity).length,
    }))
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => countOf(count, severity));
  const files = new Set(diagnostics.flatMap((d) => d.location?.file ?? []));
  const where = files.size === 0 ? "" : ` in ${countOf(files.size, "file")}`;
  return counts.join(", ") + where;
}

/** A diagnostic with the fields of its text form; what it does not have is missing. */
export function diagnosticJson(diagnostic: Diagnostic): JsonObject {
  const { location, frame } = diagnostic;
  return present({
    severity: diagnostic.severity,
    code: diagnostic.code,
    message: diagnostic.message,
    location: location === undefined ? undefined : locationJson(location),
    frame: frame === undefined ? undefined : { ...frame },
    why: diagnostic.why,
    fix: diagnostic.fix,
    docs: pageCommand(diagnostic.code),
  });
}

/**
 * An error with the fields of its text form. Its cause is left out, and so are the diagnostics it
 * may carry: they are a list of their own.
 */
export function errorJson(error: AppError): JsonObject {
  return present({
    code: error.code,
    message: error.message,
    ...remoteJson(error),
    why: error.why,
    fix: error.fix,
    not_done: error.notDone,
    docs: pageCommand(error.code),
  });
}

function remoteJson(error: AppError): Record<string, JsonValue | undefined> {
  if (!(error instanceof RemoteError)) return {};
  return {
    route: error.route,
    status: error.status,
    vendor_code: error.vendorCode,
    request_id: error.requestId,
    may_have_committed:
      error instanceof TransientError ? error.mayHaveCommitted : undefined,
  };
}

function locationJson(location: SourceLocation): JsonObject {
  const { file, line, column, layer } = location;
  return present({ file, line, column, layer });
}

function present(
  members: Readonly<Record<string, JsonValue | undefined>>,
): JsonObject {
  const kept: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(members))
    if (value !== undefined) kept[name] = value;
  return kept;
}
