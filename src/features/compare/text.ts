import { countOf } from "../../util/count.ts";
import { shellWord } from "../../util/shell-word.ts";
import {
  hasDifferences,
  undeclared,
  type ComparedConnection,
  type ComparedField,
  type ComparedValue,
  type Comparison,
  type LonelyConnection,
} from "./report.ts";
import {
  indent,
  joinSafe,
  safe,
  type SafeText,
  textOf,
} from "../../output/escape.ts";
import { paint, shownFile, type Style } from "../../output/style.ts";
import {
  shownParts,
  valuePair,
  wholeText,
} from "../../output/difference-text.ts";
import { setDifference } from "../../output/value-text.ts";

const DECLARATIONS: Readonly<
  Record<NonNullable<ComparedField["declared"]>, string>
> = {
  varies: "lifecycle.varies",
  variable: "a variable",
  override: "the second environment's own file sets it",
};

/** How a comparison is shown. */
export interface CompareStyle extends Style {
  /** Show what is meant to differ too. */
  readonly showsDeclared?: boolean;
}

/** Two environments side by side: `-` only the first asks for it, `+` only the second. */
export function renderComparison(
  comparison: Comparison,
  style: CompareStyle,
): string {
  const shown = comparison.both.filter(
    (connection) => shownFields(connection, style).length > 0,
  );
  const blocks = [
    ...shown.map((connection) => connectionLines(connection, style)),
    ...comparison.onlyLeft.map((one) =>
      lonelyLines(one, comparison.left, { style, sign: "-" }),
    ),
    ...comparison.onlyRight.map((one) =>
      lonelyLines(one, comparison.right, { style, sign: "+" }),
    ),
  ];
  return textOf([
    titleLine(comparison, style),
    ...blocks.flatMap((lines) => [safe``, ...lines]),
    ...closingLines(comparison, style),
  ]);
}

/** The fields of a connection that are shown. */
export function shownFields(
  connection: ComparedConnection,
  style: CompareStyle,
): readonly ComparedField[] {
  return style.showsDeclared === true
    ? connection.fields
    : undeclared(connection);
}

/** Whether they differ, and in how much. */
export function titleLine(comparison: Comparison, style: Style): SafeText {
  const { left, right, both, onlyLeft, onlyRight } = comparison;
  const differing = both.filter((one) => undeclared(one).length > 0).length;
  const same = countOf(both.length - differing, "connection");
  if (!hasDifferences(comparison))
    return paint(
      style,
      "bold",
      safe`${left} and ${right} ask for the same: ${same}.`,
    );
  const parts = [
    ...(differing > 0 ? [safe`${String(differing)} differ`] : []),
    ...(onlyLeft.length > 0
      ? [safe`${String(onlyLeft.length)} only in ${left}`]
      : []),
    ...(onlyRight.length > 0
      ? [safe`${String(onlyRight.length)} only in ${right}`]
      : []),
  ];
  const title = paint(style, "bold", safe`${left} and ${right}`);
  return safe`${title}: ${same} the same, ${joinSafe(parts, ", ")}  (- ${left}, + ${right})`;
}

/** Where one connection differs, field by field. */
export function connectionLines(
  connection: ComparedConnection,
  style: CompareStyle,
): SafeText[] {
  const sign = paint(style, "yellow", "~");
  return [
    safe`${sign} ${paint(style, "bold", connection.key)}`,
    ...indent(
      shownFields(connection, style).flatMap((field) =>
        fieldLines(field, style),
      ),
      4,
    ),
  ];
}

function fieldLines(field: ComparedField, style: Style): SafeText[] {
  const remark =
    field.declared === null
      ? safe``
      : safe`  (meant to differ: ${DECLARATIONS[field.declared]})`;
  const { left, right } = field;
  const set =
    field.semantics === "set" &&
    left.value !== undefined &&
    right.value !== undefined
      ? setDifference(left.value, right.value)
      : undefined;
  const minus = paint(style, "red", "-");
  const plus = paint(style, "green", "+");
  if (set !== undefined)
    return [
      safe`${field.path}:${remark}`,
      ...indent(
        [
          ...set.removed.map(
            (member) =>
              safe`${minus} ${wholeText(member)}${placeText(left, style)}`,
          ),
          ...set.added.map(
            (member) =>
              safe`${plus} ${wholeText(member)}${placeText(right, style)}`,
          ),
        ],
        2,
      ),
    ];
  const found = shownParts(field.path, [left.value, right.value], {
    showsAll: true,
  });
  const pairs = found?.parts.map(({ name, before, after }) => ({
    name: safe`${name}: `,
    before,
    after,
  })) ?? [{ name: safe``, before: left.value, after: right.value }];
  return [
    safe`${field.path}:${remark}`,
    ...indent(
      pairs.flatMap(({ name, before, after }) => {
        const texts = valuePair(before, after);
        return [
          safe`${minus} ${name}${before === undefined ? NOT_MANAGED : texts.before}${placeText(left, style)}`,
          safe`${plus} ${name}${after === undefined ? NOT_MANAGED : texts.after}${placeText(right, style)}`,
        ];
      }),
      2,
    ),
  ];
}

const NOT_MANAGED = safe`not managed`;

function placeText({ location }: ComparedValue, style: Style): SafeText {
  return location === undefined
    ? safe``
    : safe`  ${shownFile(style, location.file)}:${String(location.line)}`;
}

/** That only one of the two has a connection. */
export function lonelyLines(
  { key, provider, location }: LonelyConnection,
  environment: string,
  { style, sign }: { readonly style: Style; readonly sign: "+" | "-" },
): SafeText[] {
  const mark = paint(style, sign === "-" ? "red" : "green", sign);
  return [
    safe`${mark} ${paint(style, "bold", key)} (${provider}) only in ${environment}  ${shownFile(style, location.file)}:${String(location.line)}`,
  ];
}

/** What is meant to differ, and what to do about the rest. */
export function closingLines(
  comparison: Comparison,
  style: CompareStyle,
): SafeText[] {
  const declared = comparison.both.reduce(
    (sum, { fields }) =>
      sum + fields.filter((field) => field.declared !== null).length,
    0,
  );
  const lines: SafeText[] = [];
  if (declared > 0 && style.showsDeclared !== true)
    lines.push(
      safe`${countOf(declared, "field differs", "fields differ")} as meant: filled by a variable, listed under lifecycle.varies, or set by ${comparison.right}'s own file. --all shows them.`,
    );
  if (hasDifferences(comparison))
    lines.push(
      safe`To carry this over: tieline promote ${shellWord(comparison.left)} ${shellWord(comparison.right)}`,
      safe`What is meant to differ: list its field under lifecycle.varies of the connection, or fill it with a variable.`,
    );
  return lines.length === 0 ? [] : [safe``, ...lines];
}
