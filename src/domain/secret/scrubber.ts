import { MIN_FORM, MIN_SQUEEZED_FORM, secretForms } from "./secret-forms.ts";
import {
  decodedView,
  plainView,
  squeezedView,
  type TextView,
} from "../text-view.ts";

const REPLACEMENT = "«secret»";

/** Values below this many characters are not replaced: they occur in ordinary text by chance. */
const MIN_SCRUBBED_LENGTH = MIN_FORM;

/**
 * Takes known secrets out of text, as the second line of defence behind `Secret`. One scrubber
 * serves a whole run.
 *
 * Callers scrub whole writes: a secret cut in two by two writes is not seen in either.
 */
export interface Scrubber {
  /**
   * Makes a value known. Registering it again changes nothing.
   * @param name - where the value came from, for {@link Scrubber.tooShort}; never the value.
   */
  register(value: string, name: string): void;
  /**
   * The text with every known value replaced by `«secret»`: as it stands, behind escapes of any
   * depth, split up, in capitals, and in the encodings {@link secretForms} lists. The text itself
   * when there is none. /
   */
  scrub(text: string): string;
  /** Names of registered values that are too short to be replaced, in order of registration. */
  tooShort(): readonly string[];
}

/** A scrubber that knows no value yet. */
export function createScrubber(): Scrubber {
  return new IndexedScrubber();
}

/**
 * A long text is looked through in windows, so that the views of it never outgrow the text. They
 * overlap by more than a form is long, but for values of many lines, whose lines are known by
 * themselves.
 */
const WINDOW = 65_536;
const OVERLAP = 16_384;

/** Marks that a text was cut. */
const CUT = "…";
/** Texts are cut at a few hundred characters. */
const MOST_BEFORE_CUT = 512;

class IndexedScrubber implements Scrubber {
  readonly #values = new Set<string>();
  readonly #short = new Set<string>();
  readonly #exact = new FormIndex(MIN_FORM);
  readonly #squeezed = new FormIndex(MIN_SQUEEZED_FORM);
  readonly #beginnings = new Map<string, string[]>();

  register(value: string, name: string): void {
    if (value.length < MIN_SCRUBBED_LENGTH) {
      if (value !== "") this.#short.add(name);
      return;
    }
    if (this.#values.has(value)) return;
    this.#values.add(value);
    const beginning = value.slice(0, MIN_FORM);
    const alike = this.#beginnings.get(beginning);
    if (alike === undefined) this.#beginnings.set(beginning, [value]);
    else alike.push(value);
    const forms = secretForms(value);
    for (const form of forms.exact) this.#exact.add(form);
    for (const form of forms.squeezed) this.#squeezed.add(form);
  }

  tooShort(): readonly string[] {
    return [...this.#short];
  }

  scrub(text: string): string {
    if (this.#values.size === 0) return text;
    const all: Range[] = [];
    for (
      let from = 0;
      from === 0 || from + OVERLAP < text.length;
      from += WINDOW
    ) {
      for (const [start, end] of this.#find(
        text.slice(from, from + WINDOW + OVERLAP),
      ))
        all.push([start + from, end + from]);
    }
    return all.length === 0 ? text : withoutRanges(text, all);
  }

  #find(text: string): readonly Range[] {
    const found: Range[] = [];
    const plain = plainView(text);
    this.#exact.find(plain, found);
    this.#findCut(plain, found);
    this.#squeezed.find(squeezedView(plain), found);
    // What only looks like an escape is no escape, so a text is looked through both ways.
    const decoded = decodedView(plain);
    if (decoded === plain) return found;
    this.#exact.find(decoded, found);
    this.#findCut(decoded, found);
    this.#squeezed.find(squeezedView(decoded), found);
    return found;
  }

  /**
   * A text that was cut may end in the middle of a value: what stands there of it is taken out as
   * well.
   */
  #findCut({ text, starts, ends }: TextView, found: Range[]): void {
    for (
      let cut = text.indexOf(CUT);
      cut >= 0;
      cut = text.indexOf(CUT, cut + 1)
    ) {
      const first = Math.max(0, cut - MOST_BEFORE_CUT);
      for (let at = first; at + MIN_FORM <= cut; at += 1) {
        const alike = this.#beginnings.get(text.slice(at, at + MIN_FORM));
        const shown = text.slice(at, cut);
        if (alike?.some((value) => value.startsWith(shown)) === true)
          found.push([starts[at] ?? 0, ends[cut - 1] ?? 0]);
      }
    }
  }
}

/** From where to where, the end not included. */
type Range = readonly [start: number, end: number];

/**
 * Ranges that overlap are taken out as one: the shorter must not leave the rest of the longer
 * behind.
 */
function withoutRanges(text: string, ranges: readonly Range[]): string {
  const sorted = [...ranges].sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  const merged: [number, number][] = [];
  for (const [start, end] of sorted) {
    const last = merged.at(-1);
    if (last !== undefined && start < last[1]) last[1] = Math.max(last[1], end);
    else merged.push([start, end]);
  }
  let out = "";
  let kept = 0;
  for (const [start, end] of merged) {
    out += text.slice(kept, start) + REPLACEMENT;
    kept = end;
  }
  return out + text.slice(kept);
}

const FILTER_SIZE = 1 << 16;

/**
 * Finds known texts in a view. It keeps their lengths and hashes, not the texts: there are many,
 * and each would be a copy of a secret.
 */
class FormIndex {
  readonly #prefix: number;
  /** What a unit that leaves the prefix weighs in its hash. */
  readonly #weight: number;
  /**
   * Lengths of forms by the hash of their first characters, longest first; one alone is the common
   * case and needs no list.
   */
  readonly #lengths = new Map<number, number | readonly number[]>();
  readonly #hashes = new Set<number>();
  /** Marks the hashes of those first characters, so that most positions cost one look. */
  readonly #filter = new Uint8Array(FILTER_SIZE);

  constructor(prefix: number) {
    this.#prefix = prefix;
    let weight = 1;
    for (let at = 1; at < prefix; at += 1) weight = Math.imul(weight, BASE);
    this.#weight = weight;
  }

  add(form: string): void {
    const prefix = this.#prefixHash(form);
    const lengths = [this.#lengths.get(prefix) ?? []].flat();
    if (!lengths.includes(form.length))
      this.#lengths.set(
        prefix,
        lengths.length === 0
          ? form.length
          : [...lengths, form.length].sort((a, b) => b - a),
      );
    this.#hashes.add(hashOf(form, 0, form.length));
    this.#filter[slotOf(prefix)] = 1;
  }

  /** Adds what is found to `found`. */
  find({ text, starts, ends }: TextView, found: Range[]): void {
    if (text.length < this.#prefix) return;
    let prefix = this.#prefixHash(text);
    for (let at = 0; ; at += 1) {
      if (this.#filter[slotOf(prefix)] === 1) {
        const length = this.#matchLength(text, at, prefix);
        if (length > 0)
          found.push([starts[at] ?? 0, ends[at + length - 1] ?? 0]);
      }
      if (at + this.#prefix >= text.length) return;
      const rest = prefix - Math.imul(text.charCodeAt(at), this.#weight);
      prefix = (Math.imul(rest, BASE) + text.charCodeAt(at + this.#prefix)) | 0;
    }
  }

  #prefixHash(text: string): number {
    let hash = 0;
    for (let at = 0; at < this.#prefix; at += 1)
      hash = (Math.imul(hash, BASE) + text.charCodeAt(at)) | 0;
    return hash;
  }

  #matchLength(text: string, at: number, prefix: number): number {
    const lengths = [this.#lengths.get(prefix) ?? []].flat();
    const match = lengths.find(
      (length) =>
        at + length <= text.length &&
        this.#hashes.has(hashOf(text, at, at + length)),
    );
    return match ?? 0;
  }
}

/** An odd number, so that every unit of a prefix counts. */
const BASE = 0x01000193;

function slotOf(hash: number): number {
  return (hash ^ (hash >>> 15)) & (FILTER_SIZE - 1);
}

/** How much of each end of a long form is compared: whoever has both ends right has the value. */
const COMPARED_END = 48;

/**
 * 53 bits of two multiplicative hashes: enough that no ordinary text is ever taken for a secret.
 */
function hashOf(text: string, start: number, end: number): number {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  const [skipFrom, skipTo] = [start + COMPARED_END, end - COMPARED_END];
  for (let at = start; at < end; at += 1) {
    if (at === skipFrom && skipTo > at) at = skipTo;
    const unit = text.charCodeAt(at);
    high = Math.imul(high ^ unit, 2_654_435_761);
    low = Math.imul(low ^ unit, 1_597_334_677);
  }
  high = Math.imul(high ^ (high >>> 16), 2_246_822_507);
  low = Math.imul(low ^ (low >>> 13), 3_266_489_909);
  return (high >>> 11) * 4_294_967_296 + (low >>> 0);
}
