import { plainText, type SafeText } from "./escape.ts";

/**
 * HTML that holds our own elements and escaped text. Pages are put together from it alone, so a
 * string from outside cannot become an element, an attribute or a script by oversight.
 */
export class HtmlText {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
    Object.freeze(this);
  }

  toString(): string {
    return this.#value;
  }
}

/** What a template may hold: HTML passes, everything else is escaped. */
export type HtmlPart = HtmlText | SafeText | string | number;

/**
 * Template tag that escapes what is put in and trusts only the template's own words. What is put in
 * stands between tags or in a quoted attribute, never in a script, a style or an address.
 */
export function safeHtml(
  words: TemplateStringsArray,
  ...parts: readonly HtmlPart[]
): HtmlText {
  const text = words.map((word, index) => word + valueOf(parts[index] ?? ""));
  return new HtmlText(text.join(""));
}

/** Joins parts, each escaped unless it is HTML already. */
export function joinHtml(
  parts: readonly HtmlPart[],
  separator: HtmlPart = "",
): HtmlText {
  return new HtmlText(parts.map(valueOf).join(valueOf(separator)));
}

function valueOf(part: HtmlPart): string {
  return part instanceof HtmlText ? part.toString() : escapeHtml(String(part));
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** What would act on a terminal is made visible first: pages are copied from, too. */
function escapeHtml(text: string): string {
  return plainText(text).replace(
    /[&<>"']/gu,
    (found) => ENTITIES[found] ?? found,
  );
}
