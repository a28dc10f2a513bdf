import { decodedView, plainView, squeezeText } from "../text-view.ts";

/** Shortest value, and shortest line of one, that is looked for as it stands. */
export const MIN_FORM = 6;

/**
 * Shortest text without separators and capitals that is looked for. Below it, ordinary words next
 * to each other would be taken for one.
 */
export const MIN_SQUEEZED_FORM = 8;

/** In what a value is looked for. */
export interface SecretForms {
  /** In text as it stands, and in text whose escapes are undone. */
  readonly exact: readonly string[];
  /** In the letters and digits of a text alone, in lower case. */
  readonly squeezed: readonly string[];
}

/**
 * Every spelling in which a value can turn up in output. Escapes of every kind are undone by {@link
 * decodedView}, separators and capitals by {@link squeezedView}; so here stand the value, each of
 * its lines, the same backwards, and what encodings make of their bytes. Pure; the lists hold no
 * duplicates.
 */
export function secretForms(value: string): SecretForms {
  const lines = value
    .split(/\r\n|\r|\n/u)
    .map((line) => line.trim())
    .filter((line) => line.length >= MIN_FORM);
  // A value may look like an escape itself; where escapes are undone, so is it.
  const texts = unique(
    [value, value.trim(), ...lines].flatMap((text) => [
      text,
      decodedView(plainView(text)).text,
    ]),
    1,
  );
  return {
    exact: unique(
      texts.flatMap((text) => [text, text.replaceAll(" ", "+")]),
      MIN_FORM,
    ),
    squeezed: unique(texts.flatMap(squeezedForms), MIN_SQUEEZED_FORM),
  };
}

function unique(forms: readonly string[], shortest: number): string[] {
  return [...new Set(forms)].filter((form) => form.length >= shortest);
}

/** A text that is mostly signs has too little left to be told by, unless it is long. */
const MIN_LETTERS = 0.6;
const TELLING_LENGTH = 12;

function squeezedForms(text: string): readonly string[] {
  const squeezed = squeezeText(text);
  const isTelling =
    squeezed.length >= TELLING_LENGTH ||
    squeezed.length >= text.length * MIN_LETTERS;
  return [
    ...(isTelling ? [squeezed, reversed(squeezed), rotated(squeezed)] : []),
    ...(text.length < MIN_FORM
      ? []
      : encodedForms(text).map((form) =>
          form.replaceAll(/[^A-Za-z0-9]/gu, "").toLowerCase(),
        )),
  ];
}

function reversed(text: string): string {
  return Array.from(text).reverse().join("");
}

/** Each letter moved by half the alphabet (ROT13). */
function rotated(text: string): string {
  return text.replaceAll(/[a-z]/gu, (letter) =>
    String.fromCharCode(((letter.charCodeAt(0) - 97 + 13) % 26) + 97),
  );
}

/** What encodings of bytes make of a text. */
function encodedForms(text: string): readonly string[] {
  const bytes = Buffer.from(text, "utf8");
  const little = Buffer.from(text, "utf16le");
  const big = Buffer.from(little).swap16();
  // Text beyond ASCII has other bytes where Latin-1 is spoken, as by `btoa`.
  const isLatin = /^[\0-\u00ff]*[\u0080-\u00ff][\0-\u00ff]*$/u.test(text);
  const latin = isLatin ? (["latin1"] as const) : [];
  return [
    ...[little, big].flatMap((one) => [
      one.toString("hex"),
      ...base64Forms(one),
    ]),
    ...(["utf8", ...latin] as const).flatMap((charset) => {
      const one = Buffer.from(text, charset);
      const backwards = Buffer.from(reversed(text), charset);
      return [
        one.toString("hex"),
        backwards.toString("hex"),
        ...base64Forms(one),
        ...base64Forms(Buffer.from(one.toString("base64"))),
        ...base64Forms(Buffer.from(one.toString("hex"))),
        ...base64Forms(backwards),
      ];
    }),
    base32(bytes),
    inRadix(bytes, 10, 0),
    inRadix(bytes, 8, 3),
    inRadix(bytes, 2, 8),
  ];
}

/** Each byte as a number, as lists of character codes have them. */
function inRadix(bytes: Buffer, radix: number, digits: number): string {
  return [...bytes]
    .map((byte) => byte.toString(radix).padStart(digits, "0"))
    .join("");
}

/**
 * Base64 works on groups of three bytes, so a value inside a longer text can be encoded in three
 * ways. Of each, the characters that do not depend on the bytes around it are taken.
 */
function base64Forms(bytes: Buffer): readonly string[] {
  return [0, 1, 2].map((offset) => {
    const padded = Buffer.concat([Buffer.alloc(offset), bytes]);
    const first = Math.ceil((offset * 8) / 6);
    const end = Math.floor((padded.length * 8) / 6);
    return padded.toString("base64").slice(first, end);
  });
}

/** @remarks Source: RFC 4648 section 6, without the last character where it is not whole. */
function base32(bytes: Buffer): string {
  let out = "";
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    bits += 8;
    for (; bits >= 5; bits -= 5)
      out += "abcdefghijklmnopqrstuvwxyz234567".charAt(
        (held >>> (bits - 5)) & 31,
      );
  }
  return out;
}
