import { deflateRawSync, gzipSync } from "node:zlib";

/** One way in which a system may repeat a value. */
export interface Encoding {
  readonly name: string;
  readonly encode: (value: string) => string;
  /** False where only silence helps: no scrubber can know what this makes of a value. */
  readonly isScrubbed: boolean;
}

const units = (value: string): readonly string[] =>
  Array.from({ length: value.length }, (_, at) => value.charAt(at));
const bytes = (value: string): readonly number[] => [...Buffer.from(value)];
const each = (value: string, make: (unit: string) => string): string =>
  units(value).map(make).join("");
const hexOf = (unit: string, digits: number): string =>
  unit.charCodeAt(0).toString(16).padStart(digits, "0");
const utf16 = (value: string): Buffer => Buffer.from(value, "utf16le");
const reverse = (value: string): string => Array.from(value).reverse().join("");
const json = (value: string): string => JSON.stringify(value).slice(1, -1);

function radixDigits(value: string, alphabet: string): string {
  let number = BigInt(`0x${Buffer.from(value).toString("hex")}`);
  let text = "";
  for (; number > 0n; number /= BigInt(alphabet.length))
    text = alphabet.charAt(Number(number % BigInt(alphabet.length))) + text;
  return text;
}

function base32(value: string): string {
  const bits = bytes(value)
    .map((byte) => byte.toString(2).padStart(8, "0"))
    .join("");
  return bits.replaceAll(/.{1,5}/gu, (five) =>
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".charAt(
      Number.parseInt(five.padEnd(5, "0"), 2),
    ),
  );
}

function ascii85(value: string): string {
  const data = Buffer.from(value);
  let text = "";
  for (let at = 0; at + 4 <= data.length; at += 4) {
    let number = data.readUInt32BE(at);
    let five = "";
    for (let digit = 0; digit < 5; digit += 1) {
      five = String.fromCharCode(33 + (number % 85)) + five;
      number = Math.floor(number / 85);
    }
    text += five;
  }
  return text;
}

const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

const SCRUBBED: Readonly<Record<string, (value: string) => string>> = {
  raw: (value) => value,
  "upper case": (value) => value.toUpperCase(),
  "lower case": (value) => value.toLowerCase(),
  "swapped case": (value) =>
    each(value, (unit) =>
      unit === unit.toLowerCase() ? unit.toUpperCase() : unit.toLowerCase(),
    ),
  backwards: reverse,
  rot13: (value) =>
    value.replaceAll(/[a-z]/giu, (letter) => {
      const base = letter < "a" ? 65 : 97;
      return String.fromCharCode(
        ((letter.charCodeAt(0) - base + 13) % 26) + base,
      );
    }),
  spaced: (value) => units(value).join(" "),
  "on lines": (value) => units(value).join("\n"),
  "with CRLF": (value) => units(value).join("\r\n"),
  "with tabs": (value) => units(value).join("\t"),
  "with dashes": (value) => units(value).join("-"),
  "with dots": (value) => units(value).join("."),
  "with zero width spaces": (value) => units(value).join("\u200b"),
  "with NULs": (value) => units(value).join("\0"),
  wrapped: (value) => value.replaceAll(/.{8}/gu, "$&\n"),
  "full width": (value) =>
    value.replaceAll(/[!-~]/gu, (unit) =>
      String.fromCharCode(unit.charCodeAt(0) + 0xfee0),
    ),
  base64: (value) => btoa(value),
  base64url: (value) => Buffer.from(value).toString("base64url"),
  "base64 of a pair": (value) => btoa(`client:${value}`),
  "base64 wrapped": (value) => btoa(value).replaceAll(/.{20}/gu, "$&\n"),
  "base64 twice": (value) => btoa(btoa(value)),
  "base64 of hex": (value) => btoa(Buffer.from(value).toString("hex")),
  "base64 backwards": (value) => btoa(reverse(value)),
  "base64 of UTF-16": (value) => utf16(value).toString("base64"),
  "base64 of UTF-16 BE": (value) => utf16(value).swap16().toString("base64"),
  base32,
  hex: (value) => Buffer.from(value).toString("hex"),
  "hex in capitals": (value) =>
    Buffer.from(value).toString("hex").toUpperCase(),
  "hex with colons": (value) =>
    Buffer.from(value).toString("hex").replaceAll(/../gu, "$&:"),
  "hex of UTF-16": (value) => utf16(value).toString("hex"),
  "hex with 0x": (value) =>
    each(value, (unit) => `0x${hexOf(unit, 2)} `).replaceAll("0x", ""),
  "decimal codes": (value) => bytes(value).join(", "),
  "octal codes": (value) =>
    bytes(value)
      .map((byte) => byte.toString(8).padStart(3, "0"))
      .join(" "),
  "binary codes": (value) =>
    bytes(value)
      .map((byte) => byte.toString(2).padStart(8, "0"))
      .join(" "),
  "URL component": (value) => encodeURIComponent(value),
  "URL, every byte": (value) => each(value, (unit) => `%${hexOf(unit, 2)}`),
  "URL twice": (value) => encodeURIComponent(encodeURIComponent(value)),
  "URL twice, every byte": (value) =>
    each(value, (unit) => `%25${hexOf(unit, 2)}`),
  form: (value) => new URLSearchParams({ v: value }).toString().slice(2),
  JSON: json,
  "JSON, every unit": (value) => each(value, (unit) => `\\u${hexOf(unit, 4)}`),
  "JSON in JSON": (value) => json(json(value)),
  "JSON in JSON, every unit": (value) =>
    each(value, (unit) => `\\\\u${hexOf(unit, 4)}`),
  "escapes of JavaScript": (value) =>
    each(value, (unit) => `\\x${hexOf(unit, 2)}`),
  "braced escapes": (value) => each(value, (unit) => `\\u{${hexOf(unit, 2)}}`),
  "octal escapes": (value) =>
    each(
      value,
      (unit) => `\\${unit.charCodeAt(0).toString(8).padStart(3, "0")}`,
    ),
  "HTML, decimal": (value) =>
    each(value, (unit) => `&#${String(unit.charCodeAt(0))};`),
  "HTML, hexadecimal": (value) =>
    each(value, (unit) => `&#x${hexOf(unit, 2)};`),
  "HTML, named": (value) =>
    value
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll('"', "&quot;"),
  "HTML twice": (value) =>
    each(value, (unit) => `&amp;#${String(unit.charCodeAt(0))};`),
  "quoted-printable": (value) =>
    each(value, (unit) => `=${hexOf(unit, 2).toUpperCase()}`),
  "HTML in JSON in a URL": (value) =>
    encodeURIComponent(
      json(each(value, (unit) => `&#${String(unit.charCodeAt(0))};`)),
    ),
};

const SILENCED: Readonly<Record<string, (value: string) => string>> = {
  ascii85,
  base58: (value) => radixDigits(value, BASE58),
  base36: (value) => radixDigits(value, "0123456789abcdefghijklmnopqrstuvwxyz"),
  "one number": (value) => radixDigits(value, "0123456789"),
  gzip: (value) => gzipSync(value).toString("base64"),
  deflate: (value) => deflateRawSync(value).toString("base64"),
  "UTF-16 as if it were text": (value) =>
    utf16(`${value} `).swap16().toString("utf16le"),
  "shifted by one": (value) =>
    each(value, (unit) => String.fromCharCode(unit.charCodeAt(0) + 1)),
  "every second character": (value) => each(value, (unit) => `${unit}x`),
};

/** The ways to repeat a value that tests try: more than fifty. */
export const ENCODINGS: readonly Encoding[] = [
  ...Object.entries(SCRUBBED).map(([name, encode]) => ({
    name,
    encode,
    isScrubbed: true,
  })),
  ...Object.entries(SILENCED).map(([name, encode]) => ({
    name,
    encode,
    isScrubbed: false,
  })),
];
