import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createScrubber } from "../../src/domain/scrubber.ts";
import { secretForms } from "../../src/domain/secret-forms.ts";
import { fingerprintSecret } from "../../src/secrets/fingerprint.ts";
import { placeholderReason } from "../../src/secrets/placeholder.ts";

const random = fc
  .uint8Array({ minLength: 12, maxLength: 64 })
  .map((bytes) => Buffer.from(bytes));

describe("the scrubber", () => {
  it("leaves no form of any known value in any text", () => {
    const value = fc.string({ minLength: 6, maxLength: 40, unit: "grapheme" });
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 5 }),
        fc.array(fc.string(), { minLength: 12, maxLength: 12 }),
        (values, fill) => {
          const scrubber = createScrubber();
          values.forEach((text, at) => {
            scrubber.register(text, String(at));
          });
          const forms = values.flatMap((text) => [...secretForms(text)]);
          const text = forms
            .map((form, at) => (fill[at % fill.length] ?? "") + form)
            .join("");
          // A form can only be left where it is part of the mark itself.
          const rest = scrubber.scrub(text).split("«secret»");
          for (const form of forms)
            expect(rest.some((part) => part.includes(form))).toBe(false);
        },
      ),
      { numRuns: 300, seed: 1 },
    );
  });

  it("finds a value inside any longer text in base64", () => {
    fc.assert(
      fc.property(random, random, random, (before, secret, after) => {
        const value = secret.toString("hex");
        const scrubber = createScrubber();
        scrubber.register(value, "value");
        for (const encoding of ["base64", "base64url"] as const) {
          const text = Buffer.concat([
            before,
            Buffer.from(value),
            after,
          ]).toString(encoding);
          const [head = "", tail = ""] = scrubber.scrub(text).split("«secret»");
          // At most the two characters that share bits with a neighbour stay on each side.
          expect(head.length + tail.length).toBeLessThanOrEqual(
            ((before.length + after.length) * 8) / 6 + 6,
          );
        }
      }),
      { numRuns: 300, seed: 2 },
    );
  });
});

describe("placeholders", () => {
  it("random secrets are never taken for one", () => {
    fc.assert(
      fc.property(random, (bytes) => {
        expect(placeholderReason(bytes.toString("base64"))).toBeUndefined();
        expect(placeholderReason(bytes.toString("base64url"))).toBeUndefined();
        expect(placeholderReason(bytes.toString("hex"))).toBeUndefined();
      }),
      // All-equal bytes, which fast-check likes to try, are no random secret.
      {
        numRuns: 1_000,
        seed: 3,
        examples: [[Buffer.from("0123456789abcdef")]],
      },
    );
  });
});

describe("fingerprints", () => {
  it("are equal exactly when all inputs are", () => {
    const part = fc.string({
      maxLength: 8,
      unit: fc.constantFrom("a", "b", "/", "\0"),
    });
    const input = fc.record({
      environment: part,
      connection: part,
      pointer: part,
      value: part,
    });
    const key = new Uint8Array(32).fill(9);
    fc.assert(
      fc.property(input, input, (a, b) => {
        const isEqual = JSON.stringify(a) === JSON.stringify(b);
        expect(fingerprintSecret(key, a) === fingerprintSecret(key, b)).toBe(
          isEqual,
        );
      }),
      { numRuns: 1_000, seed: 4 },
    );
  });
});
