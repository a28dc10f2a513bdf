import { randomBytes } from "node:crypto";

/**
 * Splits a secret into shares of which any `threshold` give it back: per byte a random polynomial
 * over GF(2^8), evaluated at 1, 2, 3 … A share is the values followed by its position.
 * @remarks Source: the SOPS format; polynomial 0x11B. Shamir, "How to share a secret", 1979.
 */
export function splitSecret(
  secret: Uint8Array,
  count: number,
  threshold: number,
): Buffer[] {
  const shares = Array.from({ length: count }, (_, index) => {
    const share = Buffer.alloc(secret.length + 1);
    share[secret.length] = index + 1;
    return share;
  });
  for (const [at, byte] of secret.entries()) {
    const coefficients = Buffer.concat([
      Buffer.of(byte),
      randomBytes(threshold - 1),
    ]);
    for (const [index, share] of shares.entries())
      share[at] = evaluate(coefficients, index + 1);
    coefficients.fill(0);
  }
  return shares;
}

/**
 * Joins shares by interpolation at zero. Too few shares, or shares of another secret, give bytes
 * that mean nothing: whoever decrypts with them finds out.
 * @returns `undefined` when there are fewer than two, or when they do not fit each other.
 */
export function combineShares(
  shares: readonly Uint8Array[],
): Buffer | undefined {
  const length = shares[0]?.length ?? 0;
  const positions = shares.map((share) => share[length - 1] ?? 0);
  const isUsable =
    shares.length >= 2 &&
    length >= 2 &&
    shares.every((share) => share.length === length) &&
    positions.every((position) => position !== 0) &&
    new Set(positions).size === positions.length;
  if (!isUsable) return undefined;
  const weights = positions.map((own) => weightAtZero(own, positions));
  const secret = Buffer.alloc(length - 1);
  for (let at = 0; at < secret.length; at++)
    secret[at] = shares.reduce(
      (sum, share, index) =>
        sum ^ multiply(share[at] ?? 0, weights[index] ?? 0),
      0,
    );
  return secret;
}

/**
 * The Lagrange factor of one position, evaluated at zero; subtraction in this field is exclusive
 * or.
 */
function weightAtZero(own: number, positions: readonly number[]): number {
  return positions
    .filter((other) => other !== own)
    .reduce(
      (product, other) =>
        multiply(product, multiply(other, inverse(other ^ own))),
      1,
    );
}

function evaluate(coefficients: Uint8Array, x: number): number {
  return coefficients.reduceRight(
    (sum, coefficient) => multiply(sum, x) ^ coefficient,
    0,
  );
}

/** Branches on no bit of its operands, one of which belongs to a key. */
function multiply(a: number, b: number): number {
  let product = 0;
  let factor = a;
  for (let bit = 0; bit < 8; bit++) {
    product ^= factor & -((b >> bit) & 1);
    factor = ((factor << 1) ^ (0x11b & -(factor >> 7))) & 0xff;
  }
  return product & 0xff;
}

/** a^254, which is the inverse in this field. */
function inverse(a: number): number {
  let result = 1;
  let square = a;
  for (let bit = 1; bit < 8; bit++) {
    square = multiply(square, square);
    result = multiply(result, square);
  }
  return result;
}
