/**
 * The text of a reply. A byte that belongs to no UTF-8 sequence becomes half a surrogate pair,
 * which no UTF-8 text can hold: whatever part of a reply it stands in is told from the others, and
 * is never taken for what it was meant to be.
 */
export function decodeReply(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return decodeBroken(bytes);
  }
}

function decodeBroken(bytes: Uint8Array): string {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const parts: string[] = [];
  let start = 0;
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at);
    if (length > 0) {
      at += length;
      continue;
    }
    parts.push(
      decoder.decode(bytes.subarray(start, at)),
      String.fromCharCode(0xdc00 | (bytes[at] ?? 0)),
    );
    at += 1;
    start = at;
  }
  parts.push(decoder.decode(bytes.subarray(start)));
  return parts.join("");
}

/**
 * Length of the sequence that begins here, 0 where none does. @remarks Source: RFC 3629 section 4.
 */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const [length, least, greatest] = followersOf(first);
  const second = bytes[at + 1] ?? 0;
  if (length === 0 || second < least || second > greatest) return 0;
  for (let index = 2; index < length; index += 1) {
    const next = bytes[at + index] ?? 0;
    if (next < 0x80 || next > 0xbf) return 0;
  }
  return length;
}

/** Length of a sequence with this first byte, and between what its second byte is. */
function followersOf(first: number): readonly [number, number, number] {
  if (first >= 0xc2 && first <= 0xdf) return [2, 0x80, 0xbf];
  if (first === 0xe0) return [3, 0xa0, 0xbf];
  if (first === 0xed) return [3, 0x80, 0x9f];
  if (first >= 0xe1 && first <= 0xef) return [3, 0x80, 0xbf];
  if (first === 0xf0) return [4, 0x90, 0xbf];
  if (first >= 0xf1 && first <= 0xf3) return [4, 0x80, 0xbf];
  if (first === 0xf4) return [4, 0x80, 0x8f];
  return [0, 0, 0];
}
