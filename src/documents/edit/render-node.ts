import { stringify, type ToStringOptions } from "yaml";
import { isJsonObject, type JsonValue } from "../../domain/json.ts";

/** How new text of a file is written, as the rest of it is. */
export interface TextStyle {
  /** The file is JSON, not only YAML. */
  readonly isJson: boolean;
  /** Spaces per level. */
  readonly step: number;
  /** Whether lists stand deeper than the key they belong to. */
  readonly isListDeeper: boolean;
  readonly eol: string;
}

/** A value as text after `key:` or `-`: what follows on that line, and the lines below it. */
export interface RenderedValue {
  readonly head: string;
  readonly tail: readonly string[];
}

// Lines are never folded: a value moved to another line would look like a change.
const NEVER = 1_000_000;

function options(style: TextStyle): ToStringOptions {
  return {
    lineWidth: 0,
    minContentWidth: 0,
    doubleQuotedMinMultiLineLength: NEVER,
    indent: style.step,
    indentSeq: style.isListDeeper,
  };
}

function blockLines(value: object, style: TextStyle): string[] {
  const text = stringify(value, {
    ...options(style),
    aliasDuplicateObjects: false,
  });
  return text.replace(/\n$/u, "").split("\n");
}

/** A value in block style, to stand after `key:` of an entry at this indentation. */
export function renderAfterKey(
  value: JsonValue,
  indent: number,
  style: TextStyle,
): RenderedValue {
  return split(blockLines({ k: value }, style), "k:".length, indent);
}

/** A value in block style, to stand after the `-` of an entry at this indentation. */
export function renderAfterDash(
  value: JsonValue,
  indent: number,
  style: TextStyle,
): RenderedValue {
  return split(blockLines([value], style), "-".length, indent);
}

/** A member in block style, as whole lines. */
export function renderMember(
  name: string,
  value: JsonValue,
  indent: number,
  style: TextStyle,
): string {
  return wholeLines(blockLines({ [name]: value }, style), indent, style);
}

/** An item in block style, as whole lines. */
export function renderItem(
  value: JsonValue,
  indent: number,
  style: TextStyle,
): string {
  return wholeLines(blockLines([value], style), indent, style);
}

/** Lines with this indentation, each with its line end. */
export function wholeLines(
  lines: readonly string[],
  indent: number,
  { eol }: TextStyle,
): string {
  return shifted(lines, indent)
    .map((line) => `${line}${eol}`)
    .join("");
}

/**
 * A value between brackets or braces: JSON in a JSON file, where `indent` is given over several
 * lines.
 */
export function renderFlow(
  value: JsonValue,
  style: TextStyle,
  indent?: number,
): string {
  if (!style.isJson) return flowText(value);
  if (indent === undefined) return JSON.stringify(value);
  const [head = "", ...rest] = JSON.stringify(value, null, style.step).split(
    "\n",
  );
  return [head, ...shifted(rest, indent)].join(style.eol);
}

/** A member between braces. */
export function renderFlowMember(
  name: string,
  value: JsonValue,
  style: TextStyle,
  indent?: number,
): string {
  return style.isJson
    ? `${JSON.stringify(name)}: ${renderFlow(value, style, indent)}`
    : `${flowText(name)}: ${flowText(value)}`;
}

function flowText(value: JsonValue): string {
  if (Array.isArray(value))
    return `[${value.map((item: JsonValue) => flowText(item)).join(", ")}]`;
  if (isJsonObject(value))
    return `{${Object.entries(value)
      .map(([name, child]) => `${flowText(name)}: ${flowText(child)}`)
      .join(", ")}}`;
  if (typeof value !== "string") return JSON.stringify(value);
  const text = /^[^\r\n]{0,500}$/u.test(value) ? inBrackets(value) : "";
  // Text that YAML would spread over lines is written as JSON writes it.
  return text === "" || text.includes("\n") ? JSON.stringify(value) : text;
}

/** Text as an item of `[…]`, with quotes where it needs them. */
function inBrackets(value: string): string {
  return stringify([value], {
    lineWidth: 0,
    collectionStyle: "flow",
    flowCollectionPadding: false,
  })
    .trimEnd()
    .slice(1, -1);
}

function split(
  [first = "", ...rest]: readonly string[],
  mark: number,
  indent: number,
): RenderedValue {
  return { head: first.slice(mark).trim(), tail: shifted(rest, indent) };
}

function shifted(lines: readonly string[], indent: number): string[] {
  const blanks = " ".repeat(indent);
  return lines.map((line) => (line === "" ? line : `${blanks}${line}`));
}
