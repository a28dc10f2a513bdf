import fc from "fast-check";
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "../../src/domain/json.ts";

/** A YAML text as a person might have written it, and what it means. */
export interface WrittenDocument {
  readonly text: string;
  readonly value: JsonObject;
  /** The text of each field of the document, its own comments included, by name. */
  readonly parts: ReadonlyMap<string, string>;
}

/** How one text is laid out. */
interface Habits {
  readonly step: number;
  readonly isListDeeper: boolean;
  readonly eol: string;
  /** Numbers that decide about comments, quotes and styles, in turn. */
  readonly whims: readonly number[];
}

const NAMES = [
  "connection_id",
  "provider",
  "scopes",
  "settings",
  "labels",
  "a b",
  "yes",
  "1",
  "a:b",
  "#x",
  "",
] as const;

/** Names that need quotes among those that do not. */
export const names: fc.Arbitrary<string> = fc.constantFrom(...NAMES);

/** Text that is easily misread, among ordinary text. */
export const texts: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    "",
    "true",
    "null",
    "1",
    "1e3",
    "~",
    "a: b",
    "a #b",
    "- a",
    "x, y",
    "[z]",
    "{q",
    "two\nlines",
    "end\n",
    "  lead",
    "'q\"",
    "é✓",
    "https://a.example/b?c=d#e",
    "secret://a/b",
    "*x",
    "&x",
    "!t",
    "%d",
    "---",
    "...",
  ),
  fc.string({ maxLength: 12, unit: "grapheme-ascii" }),
);

/** A value of a few levels. */
export const values: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>(
  (tie) => ({
    value: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      texts,
      fc.constantFrom<JsonValue>(null, true, false, 0, 1, -7, 2.5),
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(names, tie("value"), { maxKeys: 4, noNullPrototype: true }),
    ),
  }),
).value;

/**
 * Documents as people write them: comments, blank lines, both styles of collections, quotes where
 * none are needed.
 */
export const writtenDocuments: fc.Arbitrary<WrittenDocument> = fc
  .record({
    value: fc.dictionary(names, values, {
      minKeys: 1,
      maxKeys: 6,
      noNullPrototype: true,
    }),
    habits: fc.record({
      step: fc.constantFrom(2, 2, 3, 4),
      isListDeeper: fc.boolean(),
      eol: fc.constantFrom("\n", "\n", "\r\n"),
      whims: fc.array(fc.nat(99), { minLength: 7, maxLength: 40 }),
    }),
    hasEnd: fc.boolean(),
    head: fc.constantFrom("", "# about the file\n\n", "---\n", "# c\n---\n"),
    foot: fc.constantFrom("", "", "\n# the end\n"),
  })
  .map(({ value, habits, hasEnd, head, foot }) => {
    const scribe = new Scribe(habits);
    const parts = new Map<string, string>();
    for (const [name, child] of Object.entries(value))
      parts.set(name, scribe.entry(name, child, 0).join("\n") + "\n");
    const whole = head + [...parts.values()].join("") + foot;
    const text = (hasEnd ? whole : whole.replace(/\n+$/u, "")).replaceAll(
      "\n",
      habits.eol,
    );
    return {
      text,
      value,
      parts: new Map(
        [...parts].map(([name, part]) => [
          name,
          part.replaceAll("\n", habits.eol).trimEnd(),
        ]),
      ),
    };
  });

class Scribe {
  #at = 0;
  #comments = 0;
  readonly #habits: Habits;

  constructor(habits: Habits) {
    this.#habits = habits;
  }

  /** Lines of `name: value`, with comments above. */
  entry(name: string, value: JsonValue, indent: number): string[] {
    const pad = " ".repeat(indent);
    const key = this.#text(name, true);
    return [
      ...this.#above(pad),
      ...this.#behind(`${pad}${key}:`, value, indent),
    ];
  }

  #above(pad: string): string[] {
    const whim = this.#whim();
    if (whim < 60) return [];
    return whim < 75
      ? ["", `${pad}# ${this.#mark()}`]
      : whim < 90
        ? [`${pad}# ${this.#mark()}`]
        : [""];
  }

  #behind(start: string, value: JsonValue, indent: number): string[] {
    const isFlow = this.#whim() < 25;
    if (Array.isArray(value) && value.length > 0 && !isFlow)
      return this.#list(start, value, indent);
    if (isJsonObject(value) && Object.keys(value).length > 0 && !isFlow)
      return this.#mapping(start, value, indent);
    if (value === null && this.#whim() < 50) return [start + this.#after()];
    return [`${start} ${this.#flow(value)}${this.#after()}`];
  }

  #list(start: string, items: readonly JsonValue[], indent: number): string[] {
    const { step, isListDeeper } = this.#habits;
    const inner = indent + (isListDeeper || start.endsWith("-") ? step : 0);
    const pad = " ".repeat(inner);
    return [
      start + this.#after(),
      ...items.flatMap((item) => [
        ...this.#above(pad),
        ...this.#behind(`${pad}-`, item, inner),
      ]),
    ];
  }

  #mapping(start: string, value: JsonObject, indent: number): string[] {
    const lines = Object.entries(value).flatMap(([name, child]) =>
      this.entry(name, child, indent + this.#habits.step),
    );
    const first = lines[0] ?? "";
    // A mapping in a list usually starts behind the dash.
    if (start.endsWith("-") && this.#whim() < 70 && /^ +[^ #]/u.test(first))
      return [start + first.slice(start.length), ...lines.slice(1)];
    return [start + this.#after(), ...lines];
  }

  #flow(value: JsonValue): string {
    if (Array.isArray(value))
      return `[${value.map((item: JsonValue) => this.#flow(item)).join(", ")}]`;
    if (typeof value === "object" && value !== null)
      return `{ ${Object.entries(value)
        .map(
          ([name, child]) => `${this.#text(name, true)}: ${this.#flow(child)}`,
        )
        .join(", ")} }`;
    return typeof value === "string"
      ? this.#text(value)
      : JSON.stringify(value);
  }

  #text(value: string, isKey = false): string {
    const isPlain =
      /^[a-z][\w/.@-]*(?: [a-z]+)*$/iu.test(value) &&
      !/^(?:true|false|null)$/iu.test(value);
    if (isPlain && (isKey || this.#whim() < 70)) return value;
    return /^[ -~]*$/u.test(value) && this.#whim() < 40
      ? `'${value.replaceAll("'", "''")}'`
      : JSON.stringify(value);
  }

  #after(): string {
    return this.#whim() < 70 ? "" : ` # ${this.#mark()}`;
  }

  #mark(): string {
    this.#comments += 1;
    return `comment ${String(this.#comments)}`;
  }

  #whim(): number {
    const { whims } = this.#habits;
    this.#at += 1;
    return (whims[this.#at % whims.length] ?? 0) % 100;
  }
}
