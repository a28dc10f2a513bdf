/*
 * As much of DER as a certificate needs. Source: ITU-T X.690 (DER), RFC 5280 (certificates), RFC
 * 5758 and 5480 (ECDSA with SHA-256 on P-256).
 */

/** A value with its tag and length. */
export function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const head =
    length < 0x80
      ? [length]
      : length < 0x100
        ? [0x81, length]
        : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...head]), content]);
}

/** Values in their order. */
export function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts));
}

/** A set of one value. */
export function setOf(part: Buffer): Buffer {
  return tagged(0x31, part);
}

/** A positive whole number, given as its bytes. */
export function integer(bytes: Buffer): Buffer {
  const [first = 0] = bytes;
  const sign = first >= 0x80 ? [0] : [];
  return tagged(0x02, Buffer.concat([Buffer.from(sign), bytes]));
}

export const TRUE: Buffer = tagged(0x01, Buffer.from([0xff]));

/** An identifier such as `2.5.4.3`. */
export function objectId(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split(".").map(Number);
  const bytes = [first * 40 + second, ...rest].flatMap(base128);
  return tagged(0x06, Buffer.from(bytes));
}

function base128(value: number): number[] {
  const low = value & 0x7f;
  const bytes = [low];
  for (let left = value >> 7; left > 0; left >>= 7)
    bytes.unshift((left & 0x7f) | 0x80);
  return bytes;
}

export function utf8(text: string): Buffer {
  return tagged(0x0c, Buffer.from(text, "utf8"));
}

export function octets(content: Buffer): Buffer {
  return tagged(0x04, content);
}

/** @param unused - bits of the last byte that do not count. */
export function bits(content: Buffer, unused = 0): Buffer {
  return tagged(0x03, Buffer.concat([Buffer.from([unused]), content]));
}

/** A time up to 2049. @param at - milliseconds. */
export function time(at: number): Buffer {
  const digits = new Date(at).toISOString().replaceAll(/[-:T]|\.\d+/g, "");
  return tagged(0x17, Buffer.from(digits.slice(2), "latin1"));
}
