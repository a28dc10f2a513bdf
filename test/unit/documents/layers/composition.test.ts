import { describe, expect, it } from "vitest";
import { mergePatch } from "../../../../src/documents/layers/merge-patch.ts";
import { matchesGlob } from "../../../../src/util/glob.ts";
import {
  connectionText,
  placesOf,
  resolveTexts,
} from "../../../support/documents.ts";

const BASE = {
  "gmail.yaml": connectionText(
    "gmail",
    "settings:\n  timeout: 30\n  prompt: consent\nscopes: [a, b]\n",
  ),
};

describe("an overlay", () => {
  it("merges over the base and keeps what it does not mention", () => {
    const { connections } = resolveTexts({
      base: BASE,
      overlays: {
        "gmail.yaml": "settings:\n  timeout: 60\n  prompt: null\nscopes: [c]\n",
      },
    });
    expect(connections[0]?.fields).toMatchObject({
      "/settings/timeout": 60,
      "/scopes": ["c"],
    });
    expect(connections[0]?.fields).not.toHaveProperty("/settings/prompt");
  });

  it("is remembered as the place and layer of what it set", () => {
    const { connections } = resolveTexts({
      base: BASE,
      overlays: { "gmail.yaml": "settings:\n  timeout: 60\n" },
    });
    const origins = connections[0]?.origins;
    expect(origins?.get("/settings/timeout")).toEqual({
      file: "environments/dev/connections/gmail.yaml",
      line: 2,
      column: 12,
      layer: "overlay",
    });
    expect(origins?.get("/settings/prompt")).toEqual({
      file: "connections/gmail.yaml",
      line: 6,
      column: 11,
      layer: "base",
    });
  });

  it("with $patch applies operations, tests included, and is their origin", () => {
    const patch =
      "$patch:\n  - {op: test, path: /scopes/1, value: b}\n  - {op: replace, path: /scopes/1, value: c}\n  - {op: add, path: /settings/pkce, value: null}\n";
    const { connections, diagnostics } = resolveTexts({
      base: BASE,
      overlays: { "gmail.yaml": patch },
    });
    expect(diagnostics).toEqual([]);
    expect(connections[0]?.fields).toMatchObject({
      "/scopes": ["a", "c"],
      "/settings/pkce": null,
    });
    expect(connections[0]?.origins.get("/settings/pkce")).toMatchObject({
      line: 4,
      layer: "overlay",
    });
  });

  it.each([
    ["a failing test", "{op: test, path: /scopes/0, value: z}"],
    [
      "a path that leads nowhere",
      "{op: replace, path: /settings/nothing, value: 1}",
    ],
    ["an operation without value", "{op: add, path: /labels}"],
    ["an unknown operation", "{op: increment, path: /settings/timeout}"],
    [
      "a change of the name",
      "{op: replace, path: /connection_id, value: other}",
    ],
    [
      "a path into a prototype",
      "{op: add, path: /settings/__proto__/x, value: 1}",
    ],
    ["the removal of the document", '{op: remove, path: ""}'],
  ])("with %s is an error at the operation", (_, operation) => {
    const { diagnostics, connections } = resolveTexts({
      base: BASE,
      overlays: { "gmail.yaml": `$patch:\n  - ${operation}\n` },
    });
    expect(placesOf(diagnostics)).toEqual([
      "CFG011 environments/dev/connections/gmail.yaml:2:5",
    ]);
    expect(connections).toEqual([]);
  });

  it("cannot grow a document without bound by copying it into itself", () => {
    const operations = Array.from(
      { length: 40 },
      (_, i) => `  - {op: copy, from: /labels, path: /labels/x${String(i)}}\n`,
    ).join("");
    const base = {
      "gmail.yaml": connectionText(
        "gmail",
        `labels: {${Array.from({ length: 40 }, (_, i) => `a${String(i)}: b`).join(", ")}}\n`,
      ),
    };
    const { diagnostics } = resolveTexts({
      base,
      overlays: { "gmail.yaml": `$patch:\n${operations}` },
    });
    expect(diagnostics.map(({ code }) => code)).toContain("CFG011");
  });

  it("of a name no base has is an error with the nearest name", () => {
    const { diagnostics } = resolveTexts({
      base: BASE,
      overlays: { "gmial.yaml": "settings: {timeout: 3}\n" },
    });
    expect(placesOf(diagnostics)).toEqual([
      "CFG011 environments/dev/connections/gmial.yaml:1:1",
    ]);
    expect(diagnostics[0]?.message).toContain('"gmail"');
  });

  it("that is complete is a connection of this environment alone", () => {
    const { connections } = resolveTexts({
      base: BASE,
      overlays: { "own.yaml": connectionText("own") },
    });
    expect(connections.map(({ key }) => key)).toEqual(["gmail", "own"]);
  });

  it("may hide no unknown field behind null", () => {
    const { diagnostics } = resolveTexts({
      base: BASE,
      overlays: { "gmail.yaml": "settings: {timout: null}\n" },
    });
    expect(placesOf(diagnostics)).toEqual([
      "SCH001 environments/dev/connections/gmail.yaml:1:12",
    ]);
  });
});

describe("protection of the base", () => {
  const base = {
    "gmail.yaml": connectionText(
      "gmail",
      "lifecycle: {protected: true}\nsettings: {pkce: true}\n",
    ),
  };

  it.each([
    ["false", "lifecycle: {protected: false}\n"],
    ["removal", "lifecycle: null\n"],
    ["a patch", "$patch: [{op: remove, path: /lifecycle/protected}]\n"],
    ["no PKCE", "settings: {pkce: false}\n"],
  ])("is not weakened by %s", (_, overlay) => {
    const { diagnostics } = resolveTexts({
      base,
      overlays: { "gmail.yaml": overlay },
    });
    expect(diagnostics.map(({ code }) => code)).toEqual(["CFG023"]);
  });

  it("is weakened where the environment names the connection", () => {
    const { diagnostics, connections } = resolveTexts({
      base,
      overlays: { "gmail.yaml": "lifecycle: {protected: false}\n" },
      environment: "allow_weakening: [gmail]\n",
    });
    expect(diagnostics).toEqual([]);
    expect(connections[0]?.isProtected).toBe(false);
  });
});

describe("selection", () => {
  const base = {
    "gmail.yaml": connectionText("gmail", "labels: {tier: a}\n"),
    "slack-x.yaml": connectionText("slack-x", "labels: {tier: b}\n"),
    "slack-y.yaml": connectionText("slack-y"),
  };
  it.each([
    ["{include: [gmail]}", ["gmail"]],
    ['{include: ["slack-*"]}', ["slack-x", "slack-y"]],
    ['{include: ["label:tier=b"]}', ["slack-x"]],
    ['{exclude: ["label:tier=a", slack-y]}', ["slack-x"]],
    ['{include: ["*"], exclude: ["s*"]}', ["gmail"]],
  ])("%s chooses %j", (selection, names) => {
    const { connections } = resolveTexts({
      base,
      environment: `connections: ${selection}\n`,
    });
    expect(connections.map(({ key }) => key)).toEqual(names);
  });

  it("that names nothing is an error, and an overlay of what it leaves out a warning", () => {
    const { diagnostics } = resolveTexts({
      base,
      environment: "connections: {exclude: [gmial, gmail]}\n",
      overlays: { "gmail.yaml": "state: inactive\n" },
    });
    expect(diagnostics.map(({ code, severity }) => [code, severity])).toEqual([
      ["CFG011", "warning"],
      ["CFG019", "error"],
    ]);
  });

  it("that leaves nothing is an error, never an empty environment", () => {
    const { diagnostics } = resolveTexts({
      base,
      environment: 'connections: {exclude: ["*"]}\n',
    });
    expect(diagnostics.map(({ code }) => code)).toEqual(["CFG020"]);
  });

  it("matches a hostile pattern in linear time", () => {
    expect(matchesGlob(`${"a*".repeat(2000)}b`, "a".repeat(5000))).toBe(false);
    expect(matchesGlob("a*c", "abc")).toBe(true);
    expect(matchesGlob("a*cc", "ac")).toBe(false);
  });
});

describe("mergePatch", () => {
  // The examples of RFC 7386, appendix A, which are facts of the standard.
  it.each([
    [{ a: "b" }, { a: "c" }, { a: "c" }],
    [{ a: "b" }, { a: null }, {}],
    [{ a: ["b"] }, { a: "c" }, { a: "c" }],
    [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: "b", c: null }, { a: "b" }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])("of %j with %j is %j", (target, patch, expected) => {
    expect(mergePatch(target, patch)).toEqual(expected);
  });
});
