import { Scalar } from "yaml";
import { sopsError } from "../core/sops-error.ts";

const BREAKS = /[\u0085\u2028\u2029]/gu;

/**
 * The line breaks of YAML 1.1, which go-yaml ends a line at and the `yaml` package does not: NEL,
 * LS and PS. SOPS itself writes LS and PS in two places, in single quotes and in literal blocks,
 * each followed by an indentation that is no part of the value. Everywhere else the two would read
 * different texts, or even different keys, so such a file is refused.
 */
export class YamlBreaks {
  readonly #file: string;
  readonly #text: string;
  readonly #total: number;
  #understood = 0;

  constructor(text: string, file: string) {
    this.#file = file;
    this.#text = text;
    this.#total = countBreaks(text);
  }

  /** The value of a scalar as go-yaml reads it. */
  valueOf(node: Scalar): string {
    const value = node.source ?? "";
    if (this.#total === 0 || node.range == null) return value;
    const raw = this.#text.slice(node.range[0], node.range[1]);
    const count = countBreaks(raw);
    if (count === 0 || raw.includes("\u0085")) return value;
    const read =
      node.type === Scalar.QUOTE_SINGLE && !raw.includes("\n")
        ? value.replace(/[ \t]*([\u2028\u2029])[ \t]*/gu, "$1")
        : node.type === Scalar.BLOCK_LITERAL
          ? withoutIndent(value, raw)
          : undefined;
    if (read === undefined) return value;
    this.#understood += count;
    return read;
  }

  /**
   * @throws UserError SEC003 when one of them stands where it cannot be read as go-yaml reads it.
   */
  assertUnderstood(): void {
    if (this.#understood === this.#total) return;
    throw sopsError(
      "SEC003",
      this.#file,
      "a line break that programs do not agree on",
      {
        why: "the characters U+0085, U+2028 and U+2029 end a line for some readers of YAML and not for others",
        fix: 'write them as "\\u2028" in double quotes, or leave them out',
      },
    );
  }
}

function countBreaks(text: string): number {
  return text.match(BREAKS)?.length ?? 0;
}

/**
 * Literal text without the indentation of its block behind each break; nothing where there is none,
 * which ends the block for go-yaml.
 */
function withoutIndent(value: string, raw: string): string | undefined {
  const line = /^.*\n(?:[ \t]*\n)*( *)/u.exec(raw)?.[1] ?? "";
  const lead = /^\n*( *)/u.exec(value)?.[1] ?? "";
  const indent = String(Math.max(1, line.length - lead.length));
  const isUneven = new RegExp(
    `[\\u2028\\u2029](?! {${indent}}|[\\n\\u2028\\u2029]|$)`,
    "u",
  );
  if (isUneven.test(value)) return undefined;
  const indented = new RegExp(`([\\u2028\\u2029]) {${indent}}`, "gu");
  return value.replaceAll(indented, "$1");
}
