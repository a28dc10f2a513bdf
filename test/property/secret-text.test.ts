import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createScrubber } from "../../src/domain/secret/scrubber.ts";
import { fingerprintSecret } from "../../src/secrets/fingerprint.ts";
import { placeholderReason } from "../../src/domain/placeholder.ts";
import { safe } from "../../src/output/escape.ts";
import {
  markdownBlock,
  markdownCode,
  safeMarkdown,
} from "../../src/output/escape-markdown.ts";
import { ENCODINGS } from "../support/encodings.ts";

const random = fc
  .uint8Array({ minLength: 12, maxLength: 64 })
  .map((bytes) => Buffer.from(bytes));

describe("the scrubber", () => {
  const runs = Number(process.env["TIELINE_PROPERTY_RUNS"] ?? 40);

  it("leaves no known value in any text, as it stands", () => {
    const value = fc.string({ minLength: 6, maxLength: 40, unit: "grapheme" });
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 5 }),
        fc.array(fc.string(), { minLength: 5, maxLength: 5 }),
        (values, fill) => {
          const scrubber = createScrubber();
          values.forEach((text, at) => {
            scrubber.register(text, String(at));
          });
          const text = values.map((one, at) => (fill[at] ?? "") + one).join("");
          // A value can only be left where it is part of the mark itself.
          const rest = scrubber.scrub(text).split("«secret»");
          for (const one of values)
            expect(rest.some((part) => part.includes(one))).toBe(false);
        },
      ),
      { numRuns: runs * 8, seed: 1 },
    );
  });

  const secret = fc
    .uint8Array({ minLength: 9, maxLength: 48 })
    .chain((bytes) =>
      fc.constantFrom(
        `sk-${Buffer.from(bytes).toString("base64")}`,
        `key<&"'\\ü/+=>${Buffer.from(bytes).toString("base64url")}`,
      ),
    );
  const around = fc.string({
    unit: fc.constantFrom("a", "Z", "7", " ", '"', ":", "/", "é"),
    maxLength: 20,
  });

  it.each(ENCODINGS.filter(({ isScrubbed }) => isScrubbed))(
    "leaves none that is spelt otherwise: $name",
    ({ encode }) => {
      fc.assert(
        fc.property(secret, around, around, (value, before, after) => {
          const scrubber = createScrubber();
          scrubber.register(value, "value");
          const echo = encode(value);
          const scrubbed = scrubber.scrub(`${before} ${echo} ${after}`);
          expect(scrubbed).toContain("«secret»");
          const left = scrubbed.replaceAll("«secret»", "");
          // What is left of the value is no more than signs at its ends, and what base64 shares
          // with its neighbours.
          expect(left.length).toBeLessThanOrEqual(
            before.length + after.length + 2 + 12 + echo.length / 4,
          );
        }),
        { numRuns: runs, seed: 5 },
      );
    },
  );

  it.each([
    ["text", (value: string) => safeMarkdown`a ${value} b`],
    ["code", (value: string) => safeMarkdown`a ${markdownCode(value)} b`],
    ["a block", (value: string) => markdownBlock([safe`a ${value} b`])],
  ])("leaves none in Markdown, in %s", (_name, write) => {
    // Words and every mark that Markdown or a forge gives a meaning to.
    const part = fc.oneof(
      fc.constantFrom(...Array.from("@#!$~^[]{}|*_`<>:./-")),
      fc.constantFrom("www.", "://", ":tada:", "abc1234def", "##[", "a1", "Zz"),
    );
    const value = fc
      .array(part, { minLength: 6, maxLength: 20 })
      .map((parts) => `x${parts.join("")}x`);
    fc.assert(
      fc.property(value, (one) => {
        const scrubber = createScrubber();
        scrubber.register(one, "value");
        const shown = scrubber.scrub(write(one).toString());
        expect(shown).toContain("«secret»");
        const read = shown
          .replaceAll(/<[^>]*>/gu, "")
          .replaceAll(/&#(\d+);/gu, (_, code: string) =>
            String.fromCodePoint(Number(code)),
          );
        expect(read.trim()).toBe("a «secret» b");
        for (const name of ["span", "code", "pre"])
          expect(shown.split(`<${name}>`).length).toBe(
            shown.split(`</${name}>`).length,
          );
      }),
      { numRuns: runs * 8, seed: 7 },
    );
  });

  it("keeps the rest of a text, byte for byte", () => {
    fc.assert(
      fc.property(secret, fc.string(), fc.string(), (value, before, after) => {
        const scrubber = createScrubber();
        scrubber.register(value, "value");
        const scrubbed = scrubber.scrub(`${before}\n${value}\n|${after}`);
        expect(scrubbed).toBe(`${before}\n«secret»\n|${after}`);
      }),
      {
        numRuns: runs * 4,
        seed: 6,
        examples: [["sk-abcdefghijkl", "x".repeat(70_000), "y".repeat(90_000)]],
      },
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
