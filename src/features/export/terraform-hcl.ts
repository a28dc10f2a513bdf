import { isJsonObject, type JsonValue } from "../../domain/json.ts";
import type { Pointer } from "../../domain/field/pointer.ts";
import { pointerOf } from "../../domain/field/pointer.ts";

/** Expressions that stand in for values, by where they belong. */
export type Expressions = ReadonlyMap<Pointer, string>;

/**
 * Text as a quoted literal of HCL: it evaluates to the very text, whatever it holds. The marks of
 * templates are written as escapes, because the doubled spelling (`$${`) is not clear after another
 * `$`; so is everything that is not printable.
 * @remarks Source: HCL native syntax specification, "Template Expressions" and "Quoted templates":
 * `\uNNNN` and `\UNNNNNNNN`. Terraform normalises strings to NFC, so text in another form comes out
 * normalised. Half a surrogate pair has no spelling and becomes U+FFFD.
 */
export function hclText(text: string): string {
  const escaped = text
    .toWellFormed()
    .replaceAll(/["\\]/gu, (mark) => `\\${mark}`)
    .replaceAll("\n", String.raw`\n`)
    .replaceAll("\r", String.raw`\r`)
    .replaceAll("\t", String.raw`\t`)
    .replaceAll(/[$%](?=\{)|#(?=#)/gu, codeOf)
    .replaceAll(
      /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu,
      codeOf,
    );
  return `"${escaped}"`;
}

/** An attribute of a block: one line, or several for a list or object that is not empty. */
export interface Attribute {
  readonly name: string;
  readonly lines: readonly string[];
}

/** An attribute whose value is an expression of one line. */
export function plainAttribute(name: string, expression: string): Attribute {
  return { name, lines: [expression] };
}

/** A value as lines of HCL, with expressions in the places they belong to. */
export function hclValue(
  value: JsonValue,
  expressions: Expressions = new Map(),
  path: readonly (string | number)[] = [],
): readonly string[] {
  const expression = expressions.get(pointerOf(path));
  if (expression !== undefined) return [expression];
  if (typeof value === "string") return [hclText(value)];
  if (Array.isArray(value)) {
    // Array.isArray loses the type of a readonly list.
    const items = value as readonly JsonValue[];
    return bracketed(
      "[",
      "]",
      items.flatMap((item, index) =>
        withComma(hclValue(item, expressions, [...path, index])),
      ),
    );
  }
  if (!isJsonObject(value)) return [JSON.stringify(value)];
  const attributes = Object.entries(value).map(([member, inner]) => ({
    name: memberName(member),
    lines: hclValue(inner, expressions, [...path, member]),
  }));
  return bracketed("{", "}", attributeLines(attributes));
}

/**
 * Attributes as lines, aligned as `terraform fmt` aligns them: only neighbours that take one line
 * each.
 */
export function attributeLines(attributes: readonly Attribute[]): string[] {
  const lines: string[] = [];
  let width = 0;
  attributes.forEach(({ name, lines: own }, index) => {
    const [first = "", ...rest] = own;
    // The neighbours are looked at once, from the first of them.
    if (attributes[index - 1]?.lines.length !== 1)
      width = widthFrom(attributes, index);
    const padded = rest.length > 0 ? name : name.padEnd(width);
    lines.push(`${padded} = ${first}`);
    for (const line of rest) lines.push(line);
  });
  return lines;
}

/** A block with its body. */
export function hclBlock(head: string, body: readonly string[]): string {
  return [`${head} {`, ...indented(body), "}", ""].join("\n");
}

/** Lines moved to the right by one step. */
export function indented(lines: readonly string[]): string[] {
  return lines.map((line) => (line === "" ? "" : `  ${line}`));
}

/** Longest name of the attributes of one line that begin here. */
function widthFrom(attributes: readonly Attribute[], from: number): number {
  let width = 0;
  for (let at = from; attributes[at]?.lines.length === 1; at += 1)
    width = Math.max(width, Array.from(attributes[at]?.name ?? "").length);
  return width;
}

function bracketed(
  open: string,
  close: string,
  lines: readonly string[],
): readonly string[] {
  return lines.length === 0
    ? [`${open}${close}`]
    : [open, ...indented(lines), close];
}

function withComma(lines: readonly string[]): string[] {
  return lines.map((line, index) =>
    index === lines.length - 1 ? `${line},` : line,
  );
}

/** Names of members as identifiers where they are plain ones; anything else is quoted. */
function memberName(name: string): string {
  return /^[a-z][a-z0-9_]*$/u.test(name) && !KEYWORDS.has(name)
    ? name
    : hclText(name);
}

const KEYWORDS: ReadonlySet<string> = new Set([
  "true",
  "false",
  "null",
  "for",
  "if",
]);

function codeOf(character: string): string {
  const code = Number(character.codePointAt(0));
  const digits = code.toString(16);
  return code > 0xffff
    ? `\\U${digits.padStart(8, "0")}`
    : `\\u${digits.padStart(4, "0")}`;
}
