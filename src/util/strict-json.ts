/** A JSON text read, or what keeps it from being one that every reader takes the same way. */
export type StrictJson =
  | { readonly value: unknown }
  | {
      readonly problem: "syntax" | "duplicate" | "prototype";
      /** Name of the member that is there twice or must not be there. */
      readonly member?: string;
    };

/**
 * Reads JSON in which every object names each member once. `JSON.parse` takes the last of two,
 * other readers the first: a text that says two things can show one to a reviewer and do the other.
 * A member `__proto__` is refused as well, unless names are free: then it is a member like any
 * other, as `JSON.parse` makes it. Linear, without recursion.
 * @remarks Source: RFC 8259 section 4, "The names within an object SHOULD be unique"; RFC 8785
 * section 3.1 demands it.
 */
export function parseStrictJson(
  text: string,
  names: "ours" | "free" = "ours",
): StrictJson {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: "syntax" };
  }
  const member = repeatedMember(text, names === "free" ? [] : [PROTOTYPE]);
  if (member === undefined) return { value };
  return {
    problem:
      member === PROTOTYPE && names === "ours" ? "prototype" : "duplicate",
    member: member.slice(0, MOST_SHOWN).toWellFormed(),
  };
}

const PROTOTYPE = "__proto__";
/** Most of a name that a message repeats. */
const MOST_SHOWN = 60;

/** The first member that an object of a well-formed text names twice, or that must not be there. */
function repeatedMember(
  text: string,
  refused: readonly string[],
): string | undefined {
  /** Names of each open object; `null` for an open list. */
  const open: (Set<string> | null)[] = [];
  let mayBeName = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '"') {
      const end = endOfString(text, at);
      const names = open.at(-1);
      if (mayBeName && names !== undefined && names !== null) {
        const name = textOf(text, at, end);
        if (names.has(name) || refused.includes(name)) return name;
        names.add(name);
      }
      mayBeName = false;
      at = end;
    } else if (char === "{" || char === "[") {
      open.push(char === "{" ? new Set() : null);
      mayBeName = char === "{";
    } else if (char === "}" || char === "]") {
      open.pop();
      mayBeName = false;
    } else if (char === ",") {
      mayBeName = open.at(-1) !== null;
    }
  }
  return undefined;
}

/** Where the string ends that begins here: at its closing quote. */
export function endOfString(text: string, start: number): number {
  for (let from = start + 1; ;) {
    const end = text.indexOf('"', from);
    if (end < 0) return text.length;
    let before = end;
    while (before > from && text[before - 1] === "\\") before -= 1;
    // An odd number of backslashes: the last one belongs to the quote.
    if ((end - before) % 2 === 0) return end;
    from = end + 1;
  }
}

/** Two spellings of one name are one name: escapes are read before names are compared. */
function textOf(text: string, start: number, end: number): string {
  const raw = text.slice(start + 1, end);
  return raw.includes("\\") ? String(JSON.parse(`"${raw}"`)) : raw;
}
