import { describe, expect, it } from "vitest";
import fc from "fast-check";
import {
  combineShares,
  splitSecret,
} from "../../../../../src/secrets/sops/core/shamir.ts";

describe("a split secret", () => {
  it("comes back from any subset that is large enough, and from no smaller one", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.integer({ min: 2, max: 6 }),
        fc.integer({ min: 0, max: 4 }),
        fc.infiniteStream(fc.nat()),
        (secret, threshold, more, picks) => {
          const shares = splitSecret(secret, threshold + more, threshold);
          const shuffled = shares
            .map((share) => ({ share, at: picks.next().value as number }))
            .sort((a, b) => a.at - b.at)
            .map(({ share }) => share);
          expect(combineShares(shuffled.slice(0, threshold))).toEqual(
            Buffer.from(secret),
          );
          if (threshold > 2)
            expect(combineShares(shuffled.slice(0, threshold - 1))).not.toEqual(
              Buffer.from(secret),
            );
        },
      ),
      { numRuns: 50 },
    );
  });

  it("agrees with a polynomial worked out by hand", () => {
    // f(x) = 0x42 + 0x07·x over GF(2^8): f(1) = 0x45, f(2) = 0x42 ^ 0x0e = 0x4c.
    const one = Uint8Array.of(0x45, 1);
    const two = Uint8Array.of(0x4c, 2);
    expect(combineShares([one, two])).toEqual(Buffer.of(0x42));
  });

  it("does not come from shares that do not fit each other", () => {
    const share = Uint8Array.of(1, 2, 1);
    expect(combineShares([share])).toBeUndefined();
    expect(combineShares([share, share])).toBeUndefined();
    expect(combineShares([share, Uint8Array.of(1, 2)])).toBeUndefined();
    expect(combineShares([share, Uint8Array.of(1, 2, 0)])).toBeUndefined();
  });
});
