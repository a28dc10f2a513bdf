import { describe, expect, it } from "vitest";
import { resolveEnvironment } from "../../../../src/documents/layers/resolve.ts";
import {
  aFile,
  aFolder,
  connectionText,
  resolveTexts,
  textOf,
} from "../../../support/documents.ts";

function bytesOf(bytes: Uint8Array) {
  return resolveEnvironment({
    name: "dev",
    environmentFile: aFile(
      "environments/dev/environment.yaml",
      'environment: dev\ntarget: "embedded:"\n',
    ),
    base: {
      exists: true,
      files: [{ path: "connections/x.yaml", bytes }],
      refused: [],
    },
    overlays: aFolder("environments/dev/connections", {}),
    templates: aFolder("templates", {}),
    env: {},
  });
}

const ALIAS_BOMB = `a: &a [1,2,3,4,5,6,7,8,9]\n${Array.from(
  { length: 12 },
  (_, i) => {
    const [from, to] = [
      String.fromCharCode(97 + i),
      String.fromCharCode(98 + i),
    ];
    return `${to}: &${to} [${Array.from({ length: 9 }, () => `*${from}`).join(",")}]\n`;
  },
).join("")}`;

describe("a hostile document", () => {
  it.each([
    ["a key twice", connectionText("x", "provider: gmail\n"), "CFG001"],
    [
      "a key twice in JSON style",
      '{"connection_id": "x", "connection_id": "y"}',
      "CFG001",
    ],
    ["a prototype key", connectionText("x", "__proto__: {a: 1}\n"), "CFG001"],
    [
      "a constructor key",
      connectionText("x", "labels: {constructor: a}\n"),
      "CFG001",
    ],
    ["a merge key", connectionText("x", "<<: {a: 1}\n"), "CFG001"],
    ["a number as key", connectionText("x", "1: a\n"), "CFG001"],
    ["a list as key", connectionText("x", "? [a, b]\n: c\n"), "CFG001"],
    ["a tag", connectionText("x", "owner: !ruby/object x\n"), "CFG001"],
    ["binary data", connectionText("x", "owner: !!binary aGk=\n"), "CFG001"],
    ["an older YAML", `%YAML 1.1\n---\n${connectionText("x")}`, "CFG001"],
    [
      "a tag directive",
      `%TAG ! tag:x,2000:\n---\n${connectionText("x")}`,
      "CFG001",
    ],
    ["infinity", connectionText("x", "owner: .inf\n"), "CFG001"],
    [
      "a number beyond 2^53",
      connectionText("x", "owner: 123456789012345678\n"),
      "CFG001",
    ],
    ["an alias without anchor", connectionText("x", "owner: *a\n"), "CFG001"],
    [
      "an alias in itself",
      connectionText("x", "labels: &a {b: *a}\n"),
      "CFG001",
    ],
    [
      "an escaped control character",
      connectionText("x", 'owner: "\\u0007"\n'),
      "CFG001",
    ],
    ["half a pair", connectionText("x", 'owner: "\\ud800"\n'), "CFG001"],
    [
      "a plain control character",
      connectionText("x", "owner: a\u001b[31m\n"),
      "CFG001",
    ],
    ["a NUL", connectionText("x", "owner: a\0b\n"), "CFG001"],
    ["a tab as indentation", "settings:\n\ttimeout: 3\n", "CFG001"],
    ["an open quote", 'connection_id: "x\n', "CFG001"],
    ["an alias bomb", ALIAS_BOMB, "CFG004"],
    ["deep brackets", `a: ${"[".repeat(100_000)}`, "CFG004"],
    ["deep dashes", `${"- ".repeat(50_000)}a`, "CFG004"],
    ["deep question marks", `${"? ".repeat(20_000)}a`, "CFG004"],
    ["101 levels", `a: ${"[".repeat(101)}${"]".repeat(101)}`, "CFG004"],
    ["too many values", `a: [${"1,".repeat(110_000)}]`, "CFG004"],
    ["two million characters", `a: ${"x".repeat(2_000_000)}`, "CFG004"],
    ["nothing", "", "CFG001"],
    ["a comment", "# nothing\n", "CFG001"],
    ["a list", "- a\n", "CFG001"],
    ["a word", "hello\n", "CFG001"],
  ])("with %s gives a located error", (_, text, code) => {
    const { diagnostics, connections } = resolveTexts({
      base: { "x.yaml": text },
    });
    expect(diagnostics.map((one) => one.code)).toContain(code);
    expect(
      diagnostics.every(
        ({ location }) =>
          location !== undefined && location.line >= 1 && location.column >= 1,
      ),
    ).toBe(true);
    expect(connections).toEqual([]);
  });

  it("in another encoding or in binary is refused", () => {
    expect(
      bytesOf(new Uint8Array([0xff, 0xfe, 0x61, 0])).diagnostics[0]?.code,
    ).toBe("CFG001");
    expect(
      bytesOf(new Uint8Array([0x61, 0x0a, 0xe9])).diagnostics[0]?.location
        ?.line,
    ).toBe(2);
  });

  it("does not reach the prototype of anything", () => {
    resolveTexts({
      base: {
        "x.yaml": connectionText(
          "x",
          "__proto__: {polluted: 1}\nlabels: {constructor: {prototype: {polluted: 1}}}\n",
        ),
      },
    });
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });

  it("stays small in the report however many mistakes it has", () => {
    const text = connectionText(
      "x",
      Array.from({ length: 5000 }, (_, i) => `k${String(i)}: 1\n`).join(""),
    );
    expect(
      resolveTexts({ base: { "x.yaml": text } }).diagnostics.length,
    ).toBeLessThanOrEqual(50);
  });

  it("with a byte order mark, aliases and 90 levels is accepted as YAML", () => {
    const text = `\uFEFFconnection_id: x\nprovider: gmail\nauth_type: oauth2\nlabels: &l {a: b}\nsettings: {base_headers: *l}\n`;
    expect(resolveTexts({ base: { "x.yaml": text } }).diagnostics).toEqual([]);
  });
});

describe("no diagnostic repeats a secret", () => {
  const CANARY = "canary4711";
  it.each([
    [
      "a literal secret",
      connectionText("x", `credentials: {client_secret: ${CANARY}}\n`),
    ],
    [
      "a misspelt secret field",
      connectionText("x", `credentials: {clientSecret: ${CANARY}}\n`),
    ],
    [
      "a secret beside a mistake on the same line",
      connectionText(
        "x",
        `credentials: {client_secret: ${CANARY}, base_url: 3}\n`,
      ),
    ],
    [
      "a secret in a comment",
      connectionText("x", `state: wrong # was ${CANARY}\n`),
    ],
    [
      "a secret in a broken file",
      `connection_id: x\ncredentials:\n  client_secret: "${CANARY}\n  token: ${CANARY}: b\n`,
    ],
    [
      "a secret in a broken flow",
      `credentials: {client_secret: ${CANARY}, token: [${CANARY}\n`,
    ],
    [
      "a secret in a block",
      connectionText(
        "x",
        `pem: |\n  -----BEGIN\n  ${CANARY}\n  ${CANARY}: ${CANARY}\n`,
      ),
    ],
    [
      "a broken line inside a block",
      `a: |\n  ${CANARY}\n ${CANARY}: x\n${CANARY}\n`,
    ],
    [
      "user information in an address",
      connectionText(
        "x",
        `credentials: {base_url: "https://u:${CANARY}@a.example"}\n`,
      ),
    ],
    [
      "a header",
      connectionText(
        "x",
        `settings: {timeout: 0, base_headers: {Authorization: ${CANARY}}}\n`,
      ),
    ],
    [
      "a wrong tag",
      connectionText("x", `credentials:\n  client_secret: !secret ${CANARY}\n`),
    ],
    [
      "a duplicate key",
      connectionText(
        "x",
        `credentials:\n  client_secret: ${CANARY}\n  client_secret: ${CANARY}\n`,
      ),
    ],
    [
      "an anchor",
      connectionText(
        "x",
        `owner: &${CANARY} a\nstate: wrong\nlabels: {a: *${CANARY}, b: 3}\n`,
      ),
    ],
    [
      "a patch",
      `connection_id: x\n$patch: [{op: add, path: /a/b, value: ${CANARY}}]\n`,
    ],
    [
      "a list in a secret field",
      connectionText("x", `credentials: {client_secret: [${CANARY}]}\n`),
    ],
    [
      "a mapping in a secret field",
      connectionText(
        "x",
        `credentials: {client_secret: {${CANARY}: ${CANARY}}}\n`,
      ),
    ],
    [
      "a mapping under an unknown name",
      connectionText("x", `pem: {${CANARY}: {b: c}}\n`),
    ],
    [
      "a key twice that is no name of ours",
      connectionText(
        "x",
        `credentials: {client_secret: {${CANARY}: 1, ${CANARY}: 2}}\n`,
      ),
    ],
    ["a name of an alias", connectionText("x", `owner: *${CANARY}\n`)],
    ["a plain word", CANARY],
    ["a list", `- ${CANARY}\n`],
  ])("%s", (_, text) => {
    const { diagnostics } = resolveTexts({ base: { "x.yaml": text } });
    expect(diagnostics.length).toBeGreaterThan(0);
    expect(textOf(diagnostics)).not.toContain(CANARY);
  });

  it("and a variable's value is not shown either", () => {
    const { diagnostics } = resolveTexts({
      base: { "x.yaml": connectionText("x", "settings: {timeout: var://t}\n") },
      environment: `variables: {t: ${CANARY}}\n`,
    });
    expect(diagnostics.map(({ code }) => code)).toEqual(["SCH002"]);
    expect(textOf(diagnostics)).not.toContain(CANARY);
  });
});

describe("a code frame", () => {
  it("shows the line, hides what is not known to be harmless, and points at the mistake", () => {
    const { diagnostics } = resolveTexts({
      base: {
        "x.yaml": connectionText(
          "x",
          "settings: {user_agent: ab, unknown: secret, timeout: soon} # why\n",
        ),
      },
    });
    const frame = diagnostics.find(({ code }) => code === "SCH002")?.frame;
    expect(frame?.text).toBe(
      "settings: {user_agent: ab, unknown: «hidden», timeout: soon} «hidden»",
    );
    expect(
      frame?.text.slice(
        (frame.column || 1) - 1,
        frame.column - 1 + frame.length,
      ),
    ).toBe("soon");
  });

  it("is cut around the column and holds no character that moves the cursor or turns the text", () => {
    const long = connectionText(
      "x",
      `scopes: [${Array.from({ length: 60 }, (_, i) => `scope${String(i)}`).join(", ")}, "\u202eevil here"]\n`,
    );
    const { diagnostics } = resolveTexts({ base: { "x.yaml": long } });
    const frame = diagnostics[0]?.frame;
    expect(frame?.text.length).toBeLessThanOrEqual(122);
    expect(textOf(diagnostics)).not.toContain("\u202e");
    expect(frame?.text).toContain("\\u{202e}");
  });

  it("and message escape names", () => {
    const { diagnostics } = resolveTexts({
      base: { "x.yaml": connectionText("x", '"a\u202eb": 1\n') },
    });
    expect(diagnostics[0]?.code).toBe("SCH001");
    expect(diagnostics[0]?.message).toContain("\\u{202e}");
    expect(textOf(diagnostics)).not.toContain("\u202e");
  });
});
