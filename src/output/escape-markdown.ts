import { plainText, type SafeText } from "./escape.ts";
import { HtmlText, safeHtml } from "./escape-html.ts";

/**
 * Markdown that holds our own marks and escaped text, for GitHub and GitLab alike. Comments and job
 * summaries are put together from it alone, so a string from outside cannot become a mention, a
 * link, a heading or an element by oversight.
 */
export class MarkdownText {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
    Object.freeze(this);
  }

  toString(): string {
    return this.#value;
  }
}

/** What a template may hold: Markdown and HTML pass, everything else is escaped. */
export type MarkdownPart = MarkdownText | HtmlText | SafeText | string | number;

/** Template tag that escapes what is put in and trusts only the template's own words. */
export function safeMarkdown(
  words: TemplateStringsArray,
  ...parts: readonly MarkdownPart[]
): MarkdownText {
  const text = words.map((word, index) => word + valueOf(parts[index] ?? ""));
  return new MarkdownText(text.join(""));
}

/** Joins parts, each escaped unless it is Markdown already. */
export function joinMarkdown(
  parts: readonly MarkdownPart[],
  separator: MarkdownPart,
): MarkdownText {
  return new MarkdownText(parts.map(valueOf).join(valueOf(separator)));
}

/** A name or a value. An element and not backticks: it may stand in HTML and in a table, too. */
export function markdownCode(part: SafeText | string | number): MarkdownText {
  const text = escapeMarkdown(String(part), { isCode: true });
  return new MarkdownText(`<code>${text}</code>`);
}

/**
 * Lines as they are on a terminal. Up to its end such a block is HTML alone, and nobody looks for
 * references in it.
 */
export function markdownBlock(lines: readonly SafeText[]): MarkdownText {
  const text = lines.map((line) => blockLine(line)).join("\n");
  return new MarkdownText(`<pre>\n${text}\n</pre>`);
}

/** The finished text: every line ends in a line feed. */
export function markdownOf(lines: readonly MarkdownText[]): string {
  return lines.map((line) => `${line.toString()}\n`).join("");
}

function valueOf(part: MarkdownPart): string {
  return part instanceof MarkdownText || part instanceof HtmlText
    ? part.toString()
    : escapeMarkdown(String(part), { isCode: false });
}

/**
 * A character that begins or holds together a reference is put into an element of its own:
 * references, mathematics and emoji are looked for in the finished page, text node by text node,
 * where an escape of Markdown is long gone.
 * @remarks Source: GitHub's documentation of mathematical expressions, which does so with `$`; the
 * reference filters of html-pipeline and of GitLab, which pass over `code` and `pre`.
 */
const REFERENCE = String.raw`[@#!$~%^&[{]|(?<=[a-z]\w*)-(?=\d)`;

/**
 * What makes a link of bare text, wherever it stands; a part that ends here may go on in the next.
 */
const LINK = String.raw`@|:(?=\/\/|$)|(?<=www|^w{0,2})\.`;

/** Emoji are written between colons, of which the second may stand in the next part. */
const EMOJI = String.raw`:(?=[\w+-]+(?::|$))`;

/** Names of commits, with or without a repository before them. */
const COMMIT = "[0-9a-f]{7,}";

/** What Markdown gives a meaning to anywhere; a line within a word has none. */
const MARK = String.raw`[\\\x60*~<&|@#!$%^[\]{]|(?<![^\W_])_|_(?![^\W_])`;

/**
 * What has one only at the beginning of a line, where a part may be put; commands of GitLab among
 * it.
 */
const BEGINNING = String.raw`^[\s+\-=/:>]|(?<=^\d+)[.)]|\s$`;

const IN_TEXT = new RegExp(
  `(?<split>${REFERENCE}|${LINK}|${EMOJI})|(?<commit>${COMMIT})|${BEGINNING}|${MARK}`,
  "giu",
);
const IN_CODE = new RegExp(`(?<split>${LINK})|${BEGINNING}|${MARK}`, "giu");

/**
 * As entities and not with backslashes: entities mean the same in Markdown and in the HTML within
 * it. What would act on a terminal is made visible first.
 */
function escapeMarkdown(
  text: string,
  { isCode }: { readonly isCode: boolean },
): string {
  const plain = plainText(text);
  let written = "";
  let end = 0;
  for (const found of plain.matchAll(isCode ? IN_CODE : IN_TEXT)) {
    written += plain.slice(end, found.index) + inert(found[0], found.groups);
    end = found.index + found[0].length;
  }
  return written + plain.slice(end);
}

function inert(
  found: string,
  groups: Readonly<Record<string, string | undefined>> = {},
): string {
  if (groups["commit"] !== undefined) return `<code>${found}</code>`;
  const entity = `&#${String(found.codePointAt(0))};`;
  return groups["split"] === undefined ? entity : `<span>${entity}</span>`;
}

/** A line of a block of HTML. Commands of GitLab begin a line wherever it stands. */
function blockLine(line: SafeText): string {
  return safeHtml`${line}`
    .toString()
    .replace(/^[/:]/u, (found) => inert(found));
}
