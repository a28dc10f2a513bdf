import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mergePatch } from "../../src/documents/layers/merge-patch.ts";
import { isJsonObject, type JsonValue } from "../../src/domain/json.ts";
import { canonicalJson } from "../../src/util/canonical-json.ts";
import { connectionText, resolveTexts, textOf } from "../support/documents.ts";

const yamlish = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "a",
        ": ",
        "- ",
        "\n",
        "  ",
        "{",
        "}",
        "[",
        "]",
        '"',
        "'",
        "|",
        ">",
        "&a ",
        "*a",
        "!t ",
        "#",
        "%",
        "---\n",
        "...\n",
        "? ",
        ",",
        "\t",
        "<<",
        "__proto__",
        "connection_id: ",
        "credentials:\n",
        "${var.x}",
        "$patch: ",
        "null",
        "~",
        "0x1f",
        "\\",
        "@",
        "`",
      ),
      fc.string({ unit: "binary", maxLength: 8 }),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(""));

const scalar = fc.oneof(
  fc.string({ maxLength: 4 }),
  fc.integer(),
  fc.boolean(),
);
const json: fc.Arbitrary<JsonValue> = fc.letrec<{ tree: JsonValue }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc.constant(null),
    fc.array(tie("tree"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("a", "b", "c", "d"), tie("tree"), {
      noNullPrototype: true,
    }),
  ),
})).tree;

describe("whatever a document holds", () => {
  it("the result is a resolution, never an exception", () => {
    fc.assert(
      fc.property(yamlish, yamlish, (base, overlay) => {
        const { diagnostics } = resolveTexts({
          base: { "x.yaml": base, "y.yaml": connectionText("y") },
          overlays: { "y.yaml": overlay },
        });
        for (const { location, frame, message } of diagnostics) {
          expect(location?.line).toBeGreaterThan(0);
          expect(`${message}${frame?.text ?? ""}`).not.toMatch(
            /[\p{Cc}\p{Cf}]/u,
          );
        }
      }),
      { numRuns: 500 },
    );
  });

  it("the value of a secret field is never repeated", () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z0-9:{}[\]"'#,& -]{0,20}$/u),
        fc.stringMatching(/^[a-z0-9:{}[\]"'#,& -]{0,20}$/u),
        (before, after) => {
          const text = connectionText(
            "x",
            `credentials:\n  client_secret: ${before}CANARY${after}\n  unknown_field: CANARY\n`,
          );
          expect(
            textOf(resolveTexts({ base: { "x.yaml": text } }).diagnostics),
          ).not.toContain("CANARY");
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("merge patch", () => {
  it("twice is once", () => {
    fc.assert(
      fc.property(json, json, (target, patch) => {
        const once = mergePatch(target, patch);
        expect(mergePatch(once, patch)).toEqual(once);
      }),
    );
  });

  it("with an empty object keeps an object", () => {
    fc.assert(
      fc.property(json, (target) => {
        expect(mergePatch(target, {})).toEqual(
          isJsonObject(target) ? target : {},
        );
      }),
    );
  });

  it("changes neither of its arguments", () => {
    fc.assert(
      fc.property(json, json, (target, patch) => {
        const before = canonicalJson([target, patch]);
        mergePatch(target, patch);
        expect(canonicalJson([target, patch])).toBe(before);
      }),
    );
  });
});

describe("the digest of documents", () => {
  const lines = [
    "settings: {timeout: 30, prompt: consent}",
    "labels: {a: b, c: d}",
    "owner: me",
    "scopes: [a, b]",
    "state: active",
  ];
  const shuffled = fc.shuffledSubarray(lines, { minLength: lines.length });

  it("depends neither on the order of keys nor on that of files", () => {
    const digestOf = (texts: readonly (readonly [string, string])[]) =>
      resolveTexts({ base: Object.fromEntries(texts) });
    const reference = digestOf(
      ["a", "b", "c"].map(
        (name) =>
          [`${name}.yaml`, connectionText(name, lines.join("\n"))] as const,
      ),
    );
    fc.assert(
      fc.property(
        fc.shuffledSubarray(["a", "b", "c"], { minLength: 3 }),
        shuffled,
        (names, order) => {
          const found = digestOf(
            names.map(
              (name) =>
                [
                  `${name}.yaml`,
                  connectionText(name, order.join("\n")),
                ] as const,
            ),
          );
          expect(found.documentsDigest()).toBe(reference.documentsDigest());
          expect(found.connections.map(({ key }) => key)).toEqual([
            "a",
            "b",
            "c",
          ]);
        },
      ),
    );
  });

  it("changes with every value", () => {
    const one = resolveTexts({
      base: { "a.yaml": connectionText("a", "owner: me\n") },
    });
    const other = resolveTexts({
      base: { "a.yaml": connectionText("a", "owner: you\n") },
    });
    expect(one.documentsDigest()).not.toBe(other.documentsDigest());
  });
});
