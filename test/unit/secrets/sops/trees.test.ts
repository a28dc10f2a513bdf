import { describe, expect, it } from "vitest";
import { parseJsonTree } from "../../../../src/secrets/sops/formats/json-tree.ts";
import { SOPS_LIMITS } from "../../../../src/secrets/sops/core/limits.ts";
import {
  nodeAt,
  type SopsMap,
} from "../../../../src/secrets/sops/core/tree.ts";
import { parseYamlTree } from "../../../../src/secrets/sops/formats/yaml-tree.ts";

const context = { file: "f", limits: SOPS_LIMITS };

function yaml(text: string): SopsMap[] {
  return parseYamlTree(text, context);
}

function json(text: string): SopsMap[] {
  return parseJsonTree(text, context);
}

function codeOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
  return "accepted";
}

describe("YAML trees", () => {
  it("keep order, expand aliases and take << for an ordinary key", () => {
    const [tree] = yaml("b: &x {k: 1}\na: *x\nc:\n  <<: *x\n");
    expect(tree && [...tree.entries.keys()]).toEqual(["b", "a", "c"]);
    expect(tree && nodeAt(tree, ["c", "<<", "k"])).toEqual({
      kind: "int",
      value: 1n,
    });
  });

  it("read every document, an empty one as an empty map", () => {
    expect(
      yaml("a: 1\n---\n---\nb: 2\n").map((tree) => tree.entries.size),
    ).toEqual([1, 0, 1]);
  });

  it("take keys for the text they are, and refuse those that are none", () => {
    const [tree] = yaml('"123": a\non: b\n__proto__: c\n"x y": d\n"": e\n');
    expect(tree && [...tree.entries.keys()]).toEqual([
      "123",
      "on",
      "__proto__",
      "x y",
      "",
    ]);
    for (const key of ["123", "true", "", "2001-01-01", "~", "1.5"])
      expect(() => yaml(`${key}: a\n`)).toThrow("a key that is not text");
  });

  it("quoted and block scalars are text", () => {
    const [tree] = yaml("a: '1'\nb: \"2\"\nc: |\n  3\n");
    expect(tree && [...tree.entries.values()]).toEqual([
      { kind: "str", text: "1" },
      { kind: "str", text: "2" },
      { kind: "str", text: "3\n" },
    ]);
  });

  it.each([
    ["a duplicate key", "a: 1\na: 2\n"],
    ["a list on top", "- a\n"],
    ["a scalar on top", "text\n"],
    ["a key that is a map", "? {a: 1}\n: 2\n"],
    ["broken syntax", "a: [1, 2\n"],
    ["an alias to nothing", "a: *b\n"],
    ["an alias to what holds it", "a: &a [*a]\n"],
    ["a value that does not fit its tag", "a: !!int x\n"],
    ["nothing", ""],
  ])("refuse %s", (_name, text) => {
    expect(codeOf(() => yaml(text))).toBe("SEC003");
  });

  it("stop at an alias bomb", () => {
    const levels = Array.from({ length: 12 }, (_, at) =>
      at === 0
        ? "a0: &a0 [x,x,x,x,x,x,x,x,x,x]"
        : `a${String(at)}: &a${String(at)} [${Array(10)
            .fill(`*a${String(at - 1)}`)
            .join(",")}]`,
    );
    expect(codeOf(() => yaml(levels.join("\n")))).toBe("SEC003");
  });

  it.each([
    ["brackets", "a: " + "[".repeat(100_000)],
    ["dashes", "a:\n" + "- ".repeat(100_000) + "x"],
    ["keys", "? ".repeat(100_000)],
    ["many closed brackets", "a: " + "[".repeat(300_000) + "]".repeat(300_000)],
    [
      "indentation",
      Array.from({ length: 1_020 }, (_, at) => `${" ".repeat(at)}k:`).join(
        "\n",
      ),
    ],
    ["closed brackets", "a: " + "[".repeat(2_000) + "]".repeat(2_000)],
  ])("refuse nesting without end by %s", (_name, text) => {
    expect(codeOf(() => yaml(text))).toBe("SEC003");
  });

  it("read many brackets that nest nothing", () => {
    expect(yaml(`a: "${"[".repeat(5_000)}"\n`)).toHaveLength(1);
  });

  it("read hundreds of levels, and many keys in time", () => {
    const lines = Array.from({ length: 500 }, (_, at) => `${" ".repeat(at)}k:`);
    expect(yaml(`${lines.join("\n")} x\n`)).toHaveLength(1);
    const keys = Array.from({ length: 50_000 }, (_, at) => `k${String(at)}: 1`);
    expect(yaml(keys.join("\n"))[0]?.entries.size).toBe(50_000);
  });

  it("tell line and column, never the text", () => {
    expect(() => yaml("good: 1\nbad: 'hunter2-hunter2\n")).toThrow(
      expect.not.objectContaining({
        message: expect.stringContaining("hunter2") as string,
      }) as Error,
    );
    expect(() => yaml("good: 1\nbad: 'hunter2\n")).toThrow(
      /line \d+, column \d+/u,
    );
  });
});

describe("JSON trees", () => {
  it("keep the order of number-like keys and the size of integers", () => {
    const [tree] = json(
      '{"b":9007199254740993,"2":1.50,"1":true,"__proto__":null}',
    );
    expect(tree && [...tree.entries]).toEqual([
      ["b", { kind: "int", value: 9007199254740993n }],
      ["2", { kind: "float", value: 1.5 }],
      ["1", { kind: "bool", value: true }],
      ["__proto__", { kind: "null" }],
    ]);
  });

  it("read strings as JSON.parse does", () => {
    const text = JSON.stringify({
      a: 'q"\\/\b\f\n\r\té😀\u2028',
      b: [[], {}, ""],
    });
    const [tree] = json(text);
    expect(tree && nodeAt(tree, ["a"])).toEqual({
      kind: "str",
      text: 'q"\\/\b\f\n\r\té😀\u2028',
    });
    expect(json('{"a":"\\ud83d\\ude00\\/"}')[0]?.entries.get("a")).toEqual({
      kind: "str",
      text: "😀/",
    });
  });

  it("take integers beyond 64 bits for floats", () => {
    expect(json('{"a":18446744073709551616}')[0]?.entries.get("a")).toEqual({
      kind: "float",
      value: 2 ** 64,
    });
  });

  it.each([
    ["a duplicate key", '{"a":1,"a":2}'],
    ["a duplicate key in another spelling", '{"a":1,"\\u0061":2}'],
    ["a list on top", "[]"],
    ["text after the end", "{} {}"],
    ["a trailing comma", '{"a":1,}'],
    ["a missing colon", '{"a" 1}'],
    ["a leading zero", '{"a":01}'],
    ["a bare word", '{"a":nope}'],
    ["a raw line break", '{"a":"\n"}'],
    ["a bad escape", '{"a":"\\x"}'],
    ["an escape named like a property", '{"a":"\\constructor"}'],
    ["half an escape", '{"a":"\\u12"}'],
    ["an open string", '{"a":"'],
    ["a number beyond measure", '{"a":1e999}'],
    ["nothing", ""],
  ])("refuse %s", (_name, text) => {
    expect(codeOf(() => json(text))).toBe("SEC003");
  });

  it("refuse nesting without end", () => {
    expect(codeOf(() => json('{"a":' + "[".repeat(100_000)))).toBe("SEC003");
  });

  it("refuse more values than the limit", () => {
    expect(codeOf(() => json(`{"a":[${"1,".repeat(100_001)}1]}`))).toBe(
      "SEC003",
    );
  });
});
