/**
 * A text as it reads once its escapes are undone or its separators left out, with the way back: for
 * each of its units, where in the text it came from. What is found in a view can so be taken out of
 * the text.
 */
export interface TextView {
  readonly text: string;
  /** Where each unit begins in the first text, and where it ends. */
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

/** The text as it stands. */
export function plainView(text: string): TextView {
  const starts = new Uint32Array(text.length);
  const ends = new Uint32Array(text.length);
  for (let at = 0; at < text.length; at += 1) {
    starts[at] = at;
    ends[at] = at + 1;
  }
  return { text, starts, ends };
}

/** JSON in JSON in a URL is three; more is nobody's accident. */
const MAX_ROUNDS = 6;

/**
 * Escapes of JSON, JavaScript, shells, URLs, HTML, quoted-printable and of our own Markdown, which
 * puts a mark or the name of a commit into an element within a word. Bytes beyond ASCII are taken
 * in runs, because only together they are characters.
 */
const ESCAPE = new RegExp(
  [
    String.raw`<span>&#\d{1,7};</span>`,
    "<code>[0-9a-fA-F]{7,}</code>",
    String.raw`\\u\{[0-9a-fA-F]{1,6}\}`,
    String.raw`[\\%][uU][0-9a-fA-F]{4}`,
    ...[String.raw`\\x`, "%"].flatMap((sign) => [
      `${sign}[0-7][0-9a-fA-F]`,
      `(?:${sign}[89a-fA-F][0-9a-fA-F])+`,
    ]),
    // Quoted-printable is written in capitals, so that "=de" of a setting is none of it.
    "=[2-7][0-9A-F]",
    "(?:=[89A-F][0-9A-F])+",
    String.raw`=\r?\n`,
    String.raw`\\[01][0-7]{2}`,
    String.raw`(?:\\[23][0-7]{2})+`,
    String.raw`\\[\s\S]`,
    "&#[xX][0-9a-fA-F]{1,6};?",
    String.raw`&#\d{1,7};?`,
    "&(?:amp|lt|gt|quot|apos|nbsp);",
  ].join("|"),
  "gu",
);

/** What a backslash makes of a letter. */
const CONTROLS: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  b: "\b",
  f: "\f",
  v: "\v",
  "0": "\0",
};

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
};

/** A text with all escapes undone, escapes of escapes included. */
export function decodedView(plain: TextView): TextView {
  let view = plain;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const next = decodeOnce(view);
    if (next === undefined) break;
    view = next;
  }
  return view;
}

function decodeOnce(view: TextView): TextView | undefined {
  if (!/[\\%&=<]/u.test(view.text)) return undefined;
  const made = new ViewBuilder(view);
  let at = 0;
  for (const found of view.text.matchAll(ESCAPE)) {
    const [escape] = found;
    made.keep(at, found.index);
    at = found.index + escape.length;
    made.put(decodeEscape(escape), found.index, at);
  }
  if (at === 0) return undefined;
  made.keep(at, view.text.length);
  return made.view();
}

/**
 * The letters and digits of a text alone, in lower case and in their plain form: what is left of a
 * value however it was split, wrapped, spaced or written in capitals.
 */
export function squeezedView(view: TextView): TextView {
  const { text, starts, ends } = view;
  const made = new ViewBuilder(view);
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < ASCII) {
      const kept = SQUEEZED_ASCII[unit] ?? 0;
      if (kept !== 0) made.add(kept, starts[at] ?? 0, ends[at] ?? 0);
      continue;
    }
    const character = String.fromCodePoint(text.codePointAt(at) ?? unit);
    made.put(squeezeText(character), at, at + character.length);
    at += character.length - 1;
  }
  return made.view();
}

const ASCII = 0x80;

/** What is kept of each ASCII unit; 0 for nothing. */
const SQUEEZED_ASCII = Uint8Array.from({ length: ASCII }, (_, unit) => {
  const letter = /[a-z\d]/iu.exec(String.fromCharCode(unit))?.[0] ?? "\0";
  return letter.toLowerCase().charCodeAt(0);
});

/** The same for a text whose places do not matter. */
export function squeezeText(text: string): string {
  const plain = /^[\0-\u007f]*$/u.test(text) ? text : text.normalize("NFKC");
  return plain.replaceAll(/[^\p{L}\p{N}]/gu, "").toLowerCase();
}

function decodeEscape(escape: string): string {
  if (escape.startsWith("<")) {
    const inner = escape.replaceAll(/<[^>]*>/gu, "");
    return inner.startsWith("&") ? decodeEntity(inner) : inner;
  }
  if (escape.startsWith("&")) return decodeEntity(escape);
  if (/^[\\%]u./iu.test(escape))
    return codePoint(
      Number.parseInt(escape.replaceAll(/[^0-9a-f]/giu, ""), 16),
    );
  if (/^(?:\\x.|%|=)/u.test(escape))
    return decodeBytes(escape.split(/\\x|[%=]/u).slice(1), 16);
  if (escape.length > 2) return decodeBytes(escape.split("\\").slice(1), 8);
  const letter = escape.charAt(1);
  return CONTROLS[letter] ?? letter;
}

function decodeEntity(entity: string): string {
  const name = entity.replaceAll(/[&;]/gu, "");
  if (!name.startsWith("#")) return ENTITIES[name.toLowerCase()] ?? entity;
  const isHex = /^#x/iu.test(name);
  return codePoint(Number.parseInt(name.slice(isHex ? 2 : 1), isHex ? 16 : 10));
}

function codePoint(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : "";
}

/** Bytes that are no UTF-8 are taken one by one, as Latin-1. */
function decodeBytes(digits: readonly string[], radix: number): string {
  const bytes = Uint8Array.from(
    digits
      .map((text) => Number.parseInt(text, radix))
      .filter((byte) => !Number.isNaN(byte)),
  );
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
      bytes,
    );
  } catch {
    return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  }
}

/** Puts a view together from parts of another. */
class ViewBuilder {
  readonly #from: TextView;
  #units: Uint16Array;
  #starts: Uint32Array;
  #ends: Uint32Array;
  #length = 0;

  constructor(from: TextView) {
    const size = from.text.length + 16;
    this.#from = from;
    this.#units = new Uint16Array(size);
    this.#starts = new Uint32Array(size);
    this.#ends = new Uint32Array(size);
  }

  /** Takes units over as they are. */
  keep(start: number, end: number): void {
    const { text, starts, ends } = this.#from;
    for (let at = start; at < end; at += 1)
      this.add(text.charCodeAt(at), starts[at] ?? 0, ends[at] ?? 0);
  }

  /** Puts a text in place of some units; each of its own units stands for all of them. */
  put(text: string, start: number, end: number): void {
    const [from, to] = [this.#from.starts[start], this.#from.ends[end - 1]];
    for (let at = 0; at < text.length; at += 1)
      this.add(text.charCodeAt(at), from ?? 0, to ?? 0);
  }

  /** Adds a unit that stands for a piece of the first text. */
  add(unit: number, start: number, end: number): void {
    if (this.#length === this.#units.length) this.#grow();
    this.#units[this.#length] = unit;
    this.#starts[this.#length] = start;
    this.#ends[this.#length] = end;
    this.#length += 1;
  }

  view(): TextView {
    return {
      text: textOfUnits(this.#units.subarray(0, this.#length)),
      starts: this.#starts.subarray(0, this.#length),
      ends: this.#ends.subarray(0, this.#length),
    };
  }

  /** One character can become several units (a ligature, a run of bytes). */
  #grow(): void {
    const size = this.#length * 2;
    const units = new Uint16Array(size);
    units.set(this.#units);
    const starts = new Uint32Array(size);
    starts.set(this.#starts);
    const ends = new Uint32Array(size);
    ends.set(this.#ends);
    [this.#units, this.#starts, this.#ends] = [units, starts, ends];
  }
}

const UTF16 = new TextDecoder("utf-16le", { ignoreBOM: true });

/** Lone halves of pairs become U+FFFD here; what holds one is found in the text as it stands. */
function textOfUnits(units: Uint16Array): string {
  return UTF16.decode(units);
}
