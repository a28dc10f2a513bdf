import { secretForms } from "./secret-forms.ts";

const REPLACEMENT = "«secret»";
const PREFIX = 6;
const FILTER_SIZE = 1 << 16;

/** Values below this many characters are not replaced: they occur in ordinary text by chance. */
const MIN_SCRUBBED_LENGTH = PREFIX;

/**
 * Takes known secrets out of text, as the second line of defence behind `Secret`. One scrubber serves a whole run.
 *
 * Callers scrub whole writes: a secret cut in two by two writes is not seen in either.
 */
export interface Scrubber {
  /**
   * Makes a value known, in every form {@link secretForms} lists. Registering it again changes nothing.
   * @param name - where the value came from, for {@link Scrubber.tooShort}; never the value.
   */
  register(value: string, name: string): void;
  /** The text with every form of every known value replaced by `«secret»`; the text itself when there is none. */
  scrub(text: string): string;
  /** Names of registered values that are too short to be replaced, in order of registration. */
  tooShort(): readonly string[];
}

/** A scrubber that knows no value yet. */
export function createScrubber(): Scrubber {
  return new IndexedScrubber();
}

class IndexedScrubber implements Scrubber {
  readonly #values = new Set<string>();
  readonly #short = new Set<string>();
  /** Forms by their first characters, longest first. */
  readonly #forms = new Map<string, string[]>();
  /** Marks the hashes of those first characters, so that most positions cost one look. */
  readonly #filter = new Uint8Array(FILTER_SIZE);

  register(value: string, name: string): void {
    if (value.length < MIN_SCRUBBED_LENGTH) {
      if (value !== "") this.#short.add(name);
      return;
    }
    if (this.#values.has(value)) return;
    this.#values.add(value);
    for (const form of secretForms(value)) this.#addForm(form);
  }

  tooShort(): readonly string[] {
    return [...this.#short];
  }

  scrub(text: string): string {
    if (this.#values.size === 0) return text;
    let out = "";
    let kept = 0;
    let start = 0;
    let end = 0;
    // Matches that overlap are taken out as one: the shorter must not leave the rest of the longer behind.
    for (let at = 0; at + PREFIX <= text.length; at++) {
      const length = this.#matchLength(text, at);
      if (length === 0) continue;
      if (at >= end) {
        if (end > start) out += text.slice(kept, start) + REPLACEMENT;
        kept = end;
        start = at;
      }
      end = Math.max(end, at + length);
    }
    if (end === 0) return text;
    return out + text.slice(kept, start) + REPLACEMENT + text.slice(end);
  }

  #addForm(form: string): void {
    const prefix = form.slice(0, PREFIX);
    const known = this.#forms.get(prefix) ?? [];
    if (known.includes(form)) return;
    known.push(form);
    known.sort((a, b) => b.length - a.length);
    this.#forms.set(prefix, known);
    this.#filter[prefixHash(form, 0)] = 1;
  }

  #matchLength(text: string, at: number): number {
    if (this.#filter[prefixHash(text, at)] !== 1) return 0;
    const forms = this.#forms.get(text.slice(at, at + PREFIX));
    return forms?.find((form) => text.startsWith(form, at))?.length ?? 0;
  }
}

function prefixHash(text: string, at: number): number {
  let hash = 0;
  for (let offset = 0; offset < PREFIX; offset++)
    hash = (hash * 31 + text.charCodeAt(at + offset)) | 0;
  return (hash ^ (hash >>> 16)) & (FILTER_SIZE - 1);
}
