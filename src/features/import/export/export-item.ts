import { append } from "../../../util/append.ts";
import { isJsonObject, type JsonValue } from "../../../domain/json.ts";

/** A member of an export that no document can say. */
export interface LeftMember {
  /** Names from the connection down, joined by dots: hostile text until it is escaped. */
  readonly path: string;
  readonly why?: string;
}

/** Names of members from the connection down. */
type MemberPath = readonly string[];

/**
 * How each number of a text is spelled; one that is spelled in several ways has several spellings.
 */
export type NumberSpellings = ReadonlyMap<number, ReadonlySet<string>>;

/**
 * The spellings of all numbers in a JSON text. An identifier without quotes may have more digits
 * than a number holds, or a trailing zero, and is one of these texts all the same.
 */
export function numberSpellings(text: string): NumberSpellings {
  const found = new Map<number, Set<string>>();
  // Strings are matched too, so that digits inside them are not taken for numbers.
  for (const [token] of text.matchAll(
    /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/gsu,
  )) {
    if (token.startsWith('"')) continue;
    const value = Number(token);
    const spellings = found.get(value) ?? new Set<string>();
    found.set(value, spellings.add(token));
  }
  return found;
}

/**
 * One connection of an export, which keeps account of what was taken from it: everything else is
 * left, and has to be named.
 */
export class ExportItem {
  readonly #value: JsonValue;
  readonly #numbers: NumberSpellings;
  /** Paths of values that were taken whole, as JSON. */
  readonly #taken = new Set<string>();
  readonly #why = new Map<string, string>();

  constructor(value: JsonValue, numbers: NumberSpellings) {
    this.#value = value;
    this.#numbers = numbers;
  }

  /** A text that is not empty. */
  text(path: MemberPath): string | undefined {
    const value = this.#at(path);
    if (typeof value !== "string" || value === "") return undefined;
    this.#take(path);
    return value;
  }

  /** One of a few words; any other is left. */
  word(path: MemberPath, known: readonly string[]): string | undefined {
    const value = this.#at(path);
    if (typeof value !== "string" || !known.includes(value)) return undefined;
    this.#take(path);
    return value;
  }

  flag(path: MemberPath): boolean | undefined {
    const value = this.#at(path);
    if (typeof value !== "boolean") return undefined;
    this.#take(path);
    return value;
  }

  /** A text, or a number as the file spells it. */
  identifier(path: MemberPath): string | undefined {
    const value = this.#at(path);
    if (typeof value !== "number") return this.text(path);
    const [spelling, ...others] = this.#numbers.get(value) ?? [];
    if (spelling === undefined || others.length > 0) {
      this.leave(
        [path],
        "it is a number, and only a text is certain: quote it in the export",
      );
      return undefined;
    }
    this.#take(path);
    return spelling;
  }

  /** A list of texts, or one text with commas or blanks between: each once, sorted. */
  texts(path: MemberPath): readonly string[] {
    const value = this.#at(path);
    const items: string[] = [];
    if (typeof value === "string") {
      append(items, value.split(/[\s,]+/u));
      this.#take(path);
    } else if (Array.isArray(value)) {
      value.forEach((item: JsonValue, index) => {
        if (typeof item !== "string") return;
        items.push(item);
        this.#take([...path, String(index)]);
      });
    }
    return [...new Set(items.filter((item) => item !== ""))].sort();
  }

  /** Leaves values for a reason of their own. */
  leave(paths: readonly MemberPath[], why: string): void {
    for (const path of paths) this.#why.set(keyOf(path), why);
  }

  /**
   * Every member that holds something and was not taken, the highest that nothing was taken from.
   */
  left(): readonly LeftMember[] {
    return this.#leftOf([], this.#value);
  }

  #leftOf(path: MemberPath, value: JsonValue): LeftMember[] {
    if (isEmpty(value) || this.#taken.has(keyOf(path))) return [];
    const members = membersOf(value);
    const isTouched = members.some(([name, member]) =>
      this.#isTouched([...path, name], member),
    );
    if (isTouched || path.length === 0)
      return members.flatMap(([name, member]) =>
        this.#leftOf([...path, name], member),
      );
    const why = this.#why.get(keyOf(path));
    return [{ path: path.join("."), ...(why === undefined ? {} : { why }) }];
  }

  #isTouched(path: MemberPath, value: JsonValue): boolean {
    const key = keyOf(path);
    return (
      this.#taken.has(key) ||
      this.#why.has(key) ||
      membersOf(value).some(([name, member]) =>
        this.#isTouched([...path, name], member),
      )
    );
  }

  #at(path: MemberPath): JsonValue | undefined {
    return path.reduce<JsonValue | undefined>(
      (value, name) =>
        value !== undefined && isJsonObject(value) && Object.hasOwn(value, name)
          ? value[name]
          : undefined,
      this.#value,
    );
  }

  #take(path: MemberPath): void {
    this.#taken.add(keyOf(path));
  }
}

function keyOf(path: MemberPath): string {
  return JSON.stringify(path);
}

function membersOf(
  value: JsonValue,
): readonly (readonly [string, JsonValue])[] {
  return typeof value === "object" && value !== null
    ? Object.entries(value)
    : [];
}

/** Says nothing, so nothing is lost. */
function isEmpty(value: JsonValue): boolean {
  if (value === null || value === "") return true;
  const members = membersOf(value);
  return (
    typeof value === "object" && members.every(([, member]) => isEmpty(member))
  );
}
