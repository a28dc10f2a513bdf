import { countOf } from "../../util/count.ts";
import type {
  DriftedConnection,
  DriftField,
  DriftReport,
} from "../../domain/drift.ts";
import { hasDrift } from "../../domain/drift.ts";
import type { PlanScopeChange } from "../../domain/generated/plan.ts";
import type { JsonValue } from "../../domain/json.ts";
import { UNREADABLE } from "../../domain/problem/unreadable.ts";
import {
  indent,
  joinSafe,
  safe,
  type SafeText,
  textOf,
} from "../../output/escape.ts";
import { CLASS_WORDS } from "../../output/field-view.ts";
import { memberNote, scopeLine } from "../../output/scope-text.ts";
import { paint, type Style } from "../../output/style.ts";
import {
  shownParts,
  valuePair,
  wholeText,
} from "../../output/difference-text.ts";
import { setDifference } from "../../output/value-text.ts";
import { commandText, nameList } from "../../output/words.ts";

/** What moved on the platform since the last apply, who else moved, and how to bring it back. */
export function renderDrift(
  report: DriftReport,
  style: Style,
  options: { readonly verbose: boolean } = { verbose: false },
): string {
  return textOf([
    titleLine(report, style),
    ...driftBlocks(report, style).flatMap((lines) => [safe``, ...lines]),
    ...unmanagedLines(report),
    ...closingLines(report, options),
  ]);
}

/** What is known of each connection that is not as it was, one block each. */
function driftBlocks(report: DriftReport, style: Style): SafeText[][] {
  return [
    ...report.drifted.map((connection) => driftedLines(connection, style)),
    ...report.missing.map((key) => missingLines(key, style)),
    ...report.unreadable.map((one) => unreadableLines(one, style)),
  ];
}

/** Whether anything moved, and how much. */
export function titleLine(report: DriftReport, style: Style): SafeText {
  const { environment, apiHost, drifted, missing } = report;
  const owned = countOf(report.checkedCount, "owned connection");
  if (!hasDrift(report)) {
    const verb = report.checkedCount === 1 ? "is" : "are";
    const finding =
      report.unreadable.length === 0
        ? safe`No drift.`
        : safe`No drift in what can be read.`;
    const sentence = safe`${finding} ${owned} of ${environment} at ${apiHost} ${verb} as last applied.`;
    return paint(style, "bold", sentence);
  }
  const parts = [
    ...(drifted.length > 0
      ? [countOf(drifted.length, "changed", "changed")]
      : []),
    ...(missing.length > 0 ? [countOf(missing.length, "gone", "gone")] : []),
  ];
  const title = paint(style, "bold", safe`Drift in ${environment}`);
  return safe`${title} at ${apiHost}: of ${owned}, ${joinSafe(parts, " and ")}`;
}

/** What moved of one connection, field by field. */
export function driftedLines(
  connection: DriftedConnection,
  style: Style,
): SafeText[] {
  const sign = paint(style, "yellow", "~");
  const key = paint(style, "bold", connection.key);
  return [
    safe`${sign} ${key} (${connection.provider}, ${connection.remoteId})`,
    ...indent(
      connection.fields.flatMap((field) =>
        fieldLines(
          field,
          connection.scopes.filter(({ path }) => path === field.path),
          style,
        ),
      ),
      4,
    ),
  ];
}

/** That nothing is known of one. */
export function unreadableLines(
  { key, why }: DriftReport["unreadable"][number],
  style: Style,
): SafeText[] {
  const sign = paint(style, "yellow", "?");
  return [
    safe`${sign} ${paint(style, "bold", key)}`,
    ...indent(
      [
        safe`cannot be read (${UNREADABLE}), so nothing is known about it: ${why}`,
      ],
      4,
    ),
  ];
}

/** That one is gone. */
export function missingLines(key: string, style: Style): SafeText[] {
  const sign = paint(style, "red", "-");
  return [
    safe`${sign} ${paint(style, "bold", key)}`,
    safe`    no longer exists on the platform`,
  ];
}

function fieldLines(
  field: DriftField,
  scopes: readonly PlanScopeChange[],
  style: Style,
): SafeText[] {
  const remarks = safe`(${joinSafe(remarksOf(field), "; ")})`;
  const set =
    field.semantics === "set"
      ? setDifference(field.last, field.live)
      : undefined;
  if (set === undefined) {
    const parts = partLines(field);
    const title =
      parts === undefined
        ? safe` ${pairText(field.last, field.live)}  `
        : safe` `;
    return [
      safe`${field.path}:${title}${remarks}`,
      ...indent(
        [...(parts ?? []), ...scopes.map((scope) => scopeLine(scope, style))],
        2,
      ),
    ];
  }
  const note = (member: JsonValue): SafeText =>
    safe`${wholeText(member)}${memberNote(scopes, member, style)}`;
  const plus = paint(style, "green", "+");
  const minus = paint(style, "red", "-");
  const members = [
    ...set.added.map((member) => safe`${plus}${note(member)}`),
    ...set.removed.map((member) => safe`${minus}${note(member)}`),
  ];
  return [safe`${field.path}: ${remarks}`, ...indent(members, 2)];
}

function partLines({ path, last, live }: DriftField): SafeText[] | undefined {
  return shownParts(path, [last, live], { showsAll: true })?.parts.map(
    (part) => safe`${part.name}: ${pairText(part.before, part.after)}`,
  );
}

function pairText(
  left: JsonValue | undefined,
  right: JsonValue | undefined,
): SafeText {
  const { before, after } = valuePair(left, right);
  return safe`${before} -> ${after}`;
}

function remarksOf(field: DriftField): SafeText[] {
  const words = safe`${CLASS_WORDS[field.class]}`;
  if (field.class !== "conflict") return [words];
  return [
    words,
    safe`the documents ask for ${valuePair(field.desired, field.live).before}`,
  ];
}

/** What is live and belongs to nobody here. */
export function unmanagedLines(report: DriftReport): SafeText[] {
  const keys = report.unmanaged.map(({ key }) => key);
  if (keys.length === 0) return [];
  const verb = keys.length === 1 ? "is" : "are";
  return [
    safe``,
    safe`${countOf(keys.length, "live connection")} ${verb} not managed here: ${nameList(keys)}`,
  ];
}

/** What is not known, and what to do. */
export function closingLines(
  report: DriftReport,
  { verbose }: { readonly verbose: boolean },
): SafeText[] {
  const lines = [
    ...(verbose
      ? [safe`Secrets are not compared: the platform does not show them.`]
      : []),
    ...(hasDrift(report)
      ? [
          safe`To make it match the documents again: ${commandText("apply", report.environment)}`,
        ]
      : []),
  ];
  return lines.length === 0 ? [] : [safe``, ...lines];
}
