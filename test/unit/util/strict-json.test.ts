import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseStrictJson } from "../../../src/util/strict-json.ts";
import { PROPERTY_RUNS } from "../../support/arbitraries.ts";

describe("parseStrictJson", () => {
  it.each([
    ["", "syntax", undefined],
    ["{", "syntax", undefined],
    ["{'a': 1}", "syntax", undefined],
    ['{"a":1,"a":1}', "duplicate", "a"],
    ['{"a":1,"\\u0061":2}', "duplicate", "a"],
    ['{"":1,"":2}', "duplicate", ""],
    ['{"\\"":1,"\\u0022":2}', "duplicate", '"'],
    ['[{"a":1},{"a":{"b":[{"c":1}],"b":2}}]', "duplicate", "b"],
    ['{"a":[1,2,{"x":1}],"b":{},"c":[],"a":{}}', "duplicate", "a"],
    ['{"__proto__":{}}', "prototype", "__proto__"],
    ['{"a":{"__pro\\u0074o__":1}}', "prototype", "__proto__"],
  ])("refuses %s", (text, problem, member) => {
    expect(parseStrictJson(text)).toEqual({
      problem,
      ...(member === undefined ? {} : { member }),
    });
  });

  it.each([
    '{"a":{"a":{"a":"a"}},"b":["a","a"]}',
    '{"a":"\\",\\"a\\":1","b":"{\\"b\\":1}"}',
    '[{"a":1},{"a":1}]',
    '"a"',
    " 1 ",
  ])("reads %s", (text) => {
    expect(parseStrictJson(text)).toEqual({
      value: JSON.parse(text) as unknown,
    });
  });

  it("reads what was written, whatever it is, and finds a member that was written twice", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }),
        fc.nat(),
        fc.jsonValue(),
        (members, at, value) => {
          const own = Object.entries(members).filter(
            ([name]) => name !== "__proto__",
          );
          const text = JSON.stringify(Object.fromEntries(own));
          fc.pre(!text.includes('"__proto__"'));
          expect(parseStrictJson(text)).toEqual({
            value: JSON.parse(text) as unknown,
          });
          const [name] = own[at % Math.max(own.length, 1)] ?? [];
          if (name === undefined) return;
          fc.pre(!JSON.stringify(value).includes('"__proto__"'));
          const doubled = `${text.slice(0, -1)},${JSON.stringify(name)}:${JSON.stringify(value)}}`;
          expect(parseStrictJson(doubled)).toMatchObject({
            problem: "duplicate",
          });
        },
      ),
      { numRuns: PROPERTY_RUNS },
    );
  });

  it("is linear in deep and long texts", () => {
    const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
    expect(parseStrictJson(deep)).not.toHaveProperty("member");
    const wide = `{${Array.from({ length: 200_000 }, (_, i) => `"m${String(i)}":0`).join(",")}}`;
    expect(parseStrictJson(wide)).toHaveProperty("value");
  });
});
