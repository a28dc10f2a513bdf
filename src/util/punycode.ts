const BASE = 36;
const T_MIN = 1;
const T_MAX = 26;
const SKEW = 38;
const DAMP = 700;
const INITIAL_BIAS = 72;
const INITIAL_N = 0x80;
const LAST_CODE_POINT = 0x10_ffff;

/**
 * The letters that a host label of the form `xn--…` stands for; `undefined` for one that stands for
 * none.
 * @remarks Source: RFC 3492 section 6.2.
 */
export function decodePunycodeLabel(label: string): string | undefined {
  if (!/^xn--[a-z0-9-]+$/iu.test(label)) return undefined;
  const text = label.slice("xn--".length);
  const split = text.lastIndexOf("-");
  const output = Array.from(split > 0 ? text.slice(0, split) : "");
  let n = INITIAL_N;
  let at = 0;
  let bias = INITIAL_BIAS;
  let index = split > 0 ? split + 1 : 0;
  while (index < text.length) {
    const read = readDelta(text, index, bias);
    if (read === undefined) return undefined;
    const length = output.length + 1;
    index = read.next;
    bias = adapted(read.delta, length, at === 0 && n === INITIAL_N);
    at += read.delta;
    n += Math.floor(at / length);
    at %= length;
    if (n > LAST_CODE_POINT || isSurrogate(n)) return undefined;
    output.splice(at, 0, String.fromCodePoint(n));
    at += 1;
  }
  return output.join("");
}

/** Half of a character: no text holds one alone. */
function isSurrogate(codePoint: number): boolean {
  return codePoint >= 0xd800 && codePoint <= 0xdfff;
}

function readDelta(
  text: string,
  start: number,
  bias: number,
): { readonly delta: number; readonly next: number } | undefined {
  let delta = 0;
  let weight = 1;
  let next = start;
  for (let k = BASE; ; k += BASE) {
    const digit = digitOf(text.charCodeAt(next));
    next += 1;
    if (digit === undefined) return undefined;
    delta += digit * weight;
    if (!Number.isSafeInteger(delta)) return undefined;
    const t = Math.min(Math.max(k - bias, T_MIN), T_MAX);
    if (digit < t) return { delta, next };
    weight *= BASE - t;
  }
}

/** `NaN`, behind the end, is no digit. */
function digitOf(unit: number): number | undefined {
  if (unit >= 0x30 && unit <= 0x39) return unit - 0x30 + 26;
  if (unit >= 0x41 && unit <= 0x5a) return unit - 0x41;
  return unit >= 0x61 && unit <= 0x7a ? unit - 0x61 : undefined;
}

function adapted(delta: number, length: number, isFirst: boolean): number {
  let rest = Math.floor(delta / (isFirst ? DAMP : 2));
  rest += Math.floor(rest / length);
  let k = 0;
  for (; rest > Math.floor(((BASE - T_MIN) * T_MAX) / 2); k += BASE)
    rest = Math.floor(rest / (BASE - T_MIN));
  return k + Math.floor(((BASE - T_MIN + 1) * rest) / (rest + SKEW));
}
