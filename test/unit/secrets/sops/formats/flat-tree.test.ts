import { describe, expect, it } from "vitest";
import {
  flattenMetadata,
  unflattenMetadata,
} from "../../../../../src/secrets/sops/formats/flat-metadata.ts";
import {
  parseDotenvTree,
  parseIniTree,
} from "../../../../../src/secrets/sops/formats/flat-tree.ts";
import { SOPS_LIMITS } from "../../../../../src/secrets/sops/core/limits.ts";
import { nodeAt } from "../../../../../src/secrets/sops/core/tree.ts";

const CONTEXT = { file: "s.env", limits: SOPS_LIMITS };

function textAt(text: string, ...path: string[]): string | undefined {
  const [tree] = parseDotenvTree(text, CONTEXT);
  const node = tree === undefined ? undefined : nodeAt(tree, path);
  return node?.kind === "str" ? node.text : undefined;
}

describe("dotenv text", () => {
  it("is split at the first equals sign, without quotes, with escaped line breaks", () => {
    const text = '# comment\n\nA="x=y"\nB=one\\ntwo\nC=\n';
    expect(textAt(text, "A")).toBe('"x=y"');
    expect(textAt(text, "B")).toBe("one\ntwo");
    expect(textAt(text, "C")).toBe("");
  });

  it("holds its metadata in flat names", () => {
    const text = "A=1\nsops_age__list_0__map_enc=x\nsops_mac=m\n";
    expect(textAt(text, "sops", "age", "0", "enc")).toBe("x");
    expect(textAt(text, "sops", "mac")).toBe("m");
  });

  it.each([
    ["a line without a name", "A=1\nnonsense\n", "SEC003"],
    ["a name twice", "A=1\nA=2\n", "SEC003"],
    [
      "metadata that contradict each other",
      "sops_a=1\nsops_a__map_b=2\n",
      "SEC012",
    ],
    ["a gap in a list", "sops_age__list_1__map_enc=x\n", "SEC012"],
  ])("is refused with %s", (_name, text, code) => {
    expect(() => parseDotenvTree(text, CONTEXT)).toThrow(
      expect.objectContaining({ code }) as Error,
    );
  });
});

describe("flat metadata", () => {
  it("comes back from its pairs", () => {
    const pairs = [
      ["age__list_0__map_enc", "x"],
      ["age__list_0__map_recipient", "age1x"],
      ["key_groups__list_0__map_pgp__list_0__map_fp", "F"],
      ["mac", "m"],
    ] as const;
    const node = unflattenMetadata(pairs);
    expect(node === undefined ? [] : flattenMetadata(node)).toEqual(pairs);
  });
});

describe("ini text", () => {
  it("is sections of names and values", () => {
    const [tree] = parseIniTree(
      "top = 1\n[a]\n; note\nx = y\n[sops]\nmac = m\n",
      CONTEXT,
    );
    const at = (...path: string[]): unknown =>
      tree === undefined ? undefined : nodeAt(tree, path);
    expect(at("DEFAULT", "top")).toMatchObject({ text: "1" });
    expect(at("a", "x")).toMatchObject({ text: "y" });
    expect(at("sops", "mac")).toMatchObject({ text: "m" });
  });
});
