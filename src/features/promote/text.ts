import type { ComparedConnection, ComparedField } from "../compare/report.ts";
import type { JsonValue } from "../../domain/json.ts";
import type { Promotion } from "./report.ts";
import { indent, safe, type SafeText, textOf } from "../../output/escape.ts";
import { fileChangeLines } from "../../output/file-changes.ts";
import { paint, type Style } from "../../output/style.ts";
import {
  shownParts,
  valuePair,
  wholeText,
} from "../../output/difference-text.ts";
import { setDifference } from "../../output/value-text.ts";

/**
 * What was carried over from one environment to another, what stays, and which files hold it, or
 * with `isDry` would.
 */
export function renderPromotion(
  { from, to, carried, added, kept, changes }: Promotion,
  isDry: boolean,
  style: Style,
): string {
  if (carried.length === 0 && added.length === 0)
    return textOf([
      safe`Nothing to promote: ${to} asks for what ${from} does, as far as it is not meant to differ.`,
      ...keptLines(kept),
      safe`A field that ${to} sets in its own file is carried over by name: --field scopes`,
    ]);
  return textOf([
    paint(style, "bold", safe`From ${from} to ${to}`),
    ...carried.flatMap((connection) => connectionLines(connection, style)),
    ...added.map(
      (key) => safe`${paint(style, "green", "+")} ${paint(style, "bold", key)}`,
    ),
    ...keptLines(kept),
    safe``,
    ...fileChangeLines(changes, isDry),
  ]);
}

function connectionLines(
  { key, fields }: ComparedConnection,
  style: Style,
): SafeText[] {
  return [
    safe`${paint(style, "yellow", "~")} ${paint(style, "bold", key)}`,
    ...indent(
      fields.flatMap((field) => fieldLines(field, style)),
      4,
    ),
  ];
}

/** The target's value first: it is what changes. */
function fieldLines(
  { path, semantics, left, right }: ComparedField,
  style: Style,
): SafeText[] {
  const set =
    semantics === "set" && left.value !== undefined
      ? setDifference(right.value, left.value)
      : undefined;
  if (set === undefined) {
    const found = shownParts(path, [right.value, left.value], {
      showsAll: true,
    });
    if (found === undefined)
      return [safe`${path}: ${pairText(right.value, left.value)}`];
    return [
      safe`${path}:`,
      ...indent(
        found.parts.map(
          (part) => safe`${part.name}: ${pairText(part.before, part.after)}`,
        ),
        2,
      ),
    ];
  }
  return [
    safe`${path}:`,
    ...indent(
      [
        ...set.added.map(
          (member) => safe`${paint(style, "green", "+")}${wholeText(member)}`,
        ),
        ...set.removed.map(
          (member) => safe`${paint(style, "red", "-")}${wholeText(member)}`,
        ),
      ],
      2,
    ),
  ];
}

function pairText(
  left: JsonValue | undefined,
  right: JsonValue | undefined,
): SafeText {
  const { before, after } = valuePair(left, right);
  const shown = (value: typeof left, text: SafeText): SafeText =>
    value === undefined ? safe`not managed` : text;
  return safe`${shown(left, before)} -> ${shown(right, after)}`;
}

function keptLines(kept: Promotion["kept"]): SafeText[] {
  return kept.map(({ key, why }) => safe`= ${key} stays: ${why}`);
}
