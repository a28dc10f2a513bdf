import { isPlainJson } from "./plain-json.ts";
import { endOfString, parseStrictJson } from "./strict-json.ts";

/**
 * An item of a list that no two readers need take the same way, or that not every part of the
 * program can work with: a member named twice, half a surrogate pair, an infinite number, a nest
 * too deep, or no object at all.
 */
export interface UnusableItem {
  readonly problem: "repeated" | "unreadable" | "no-object";
  /** Members of the item itself that are beyond doubt: whole texts, named once. */
  readonly texts: ReadonlyMap<string, string>;
}

/** One item of a list. */
export type ListItem =
  | {
      readonly isUsable: true;
      readonly value: Readonly<Record<string, unknown>>;
    }
  | ({ readonly isUsable: false } & UnusableItem);

/** A reply that holds a list, read apart from it. */
export interface ListReply {
  /** The reply with an empty list in place of its own. */
  readonly rest: unknown;
  /** `undefined` where there is no list under that name. */
  readonly items: readonly ListItem[] | undefined;
}

/**
 * Reads a JSON object that holds a list item by item, so that one bad item does not spoil the
 * others.
 * @returns `undefined` when the text is no JSON object, or the rest of it cannot be used.
 */
export function readListReply(
  text: string,
  member: string,
): ListReply | undefined {
  if (!isJsonText(text)) return undefined;
  const open = skipSpace(text, 0);
  if (text[open] !== "{") return undefined;
  const list = [...membersOf(text, open)].find(
    ({ name, start }) => name === member && text[start] === "[",
  );
  const restText =
    list === undefined
      ? text
      : `${text.slice(0, list.start)}[]${text.slice(list.end)}`;
  const rest = parseStrictJson(restText, "free");
  if (!("value" in rest) || !isPlainJson(rest.value)) return undefined;
  return {
    rest: rest.value,
    items:
      list === undefined
        ? undefined
        : [...partsOf(text, list.start)].map(({ start, end }) =>
            readItem(text.slice(start, end)),
          ),
  };
}

function isJsonText(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function readItem(text: string): ListItem {
  if (!text.startsWith("{"))
    return { isUsable: false, problem: "no-object", texts: new Map() };
  const strict = parseStrictJson(text, "free");
  if ("value" in strict && isPlainJson(strict.value))
    // It begins as an object does, so it is one.
    return { isUsable: true, value: strict.value as Record<string, unknown> };
  return {
    isUsable: false,
    problem: "value" in strict ? "unreadable" : "repeated",
    texts: textsOf(text),
  };
}

function textsOf(text: string): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  const seen = new Set<string>();
  for (const { name, start, end } of membersOf(text, 0)) {
    const value: unknown =
      text[start] === '"' ? JSON.parse(text.slice(start, end)) : undefined;
    if (seen.has(name)) texts.delete(name);
    else if (typeof value === "string" && value.isWellFormed())
      texts.set(name, value);
    seen.add(name);
  }
  return texts;
}

/** A value and where it stands: from its first character to behind its last. */
interface Part {
  readonly start: number;
  readonly end: number;
}

/** The members of the object that opens at `open`, in a text that is JSON. */
function* membersOf(
  text: string,
  open: number,
): Generator<Part & { readonly name: string }> {
  let at = skipSpace(text, open + 1);
  while (text[at] === '"') {
    const end = endOfString(text, at) + 1;
    const name = String(JSON.parse(text.slice(at, end)));
    // Behind the colon.
    const start = skipSpace(text, skipSpace(text, end) + 1);
    const part = { start, end: endOfValue(text, start) };
    yield { name, ...part };
    at = behindComma(text, part.end);
  }
}

/** The items of the list that opens at `open`, in a text that is JSON. */
function* partsOf(text: string, open: number): Generator<Part> {
  let at = skipSpace(text, open + 1);
  while (text[at] !== "]") {
    const end = endOfValue(text, at);
    yield { start: at, end };
    at = behindComma(text, end);
  }
}

function behindComma(text: string, end: number): number {
  const at = skipSpace(text, end);
  return text[at] === "," ? skipSpace(text, at + 1) : at;
}

function endOfValue(text: string, start: number): number {
  if (text[start] === '"') return endOfString(text, start) + 1;
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const char = text[at] ?? "";
    if (char === '"') at = endOfString(text, at);
    else if (char === "{" || char === "[") depth += 1;
    else if (char === "}" || char === "]") {
      if (depth === 0) return at;
      depth -= 1;
      if (depth === 0) return at + 1;
    } else if (depth === 0 && /[,\s]/u.test(char)) return at;
  }
  return text.length;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (/[ \t\r\n]/u.test(text[at] ?? "")) at += 1;
  return at;
}
