import fc from "fast-check";
import { afterAll, describe, expect, it, vi } from "vitest";
import { UserError } from "../../src/domain/problem/error.ts";
import {
  plainText,
  takePlainText,
} from "../../src/secrets/sops/edit/edit-plain.ts";
import { SopsEditor } from "../../src/secrets/sops/edit/editor.ts";
import type { SopsFormat } from "../../src/secrets/sops/core/format.ts";
import { goText, macBytes } from "../../src/secrets/sops/core/go-text.ts";
import { SOPS_LIMITS } from "../../src/secrets/sops/core/limits.ts";
import { createEmptySops } from "../../src/secrets/sops/edit/new-file.ts";
import { openSops, type OpenedSops } from "../../src/secrets/sops/file/open.ts";
import { parseCreationRule } from "../../src/secrets/sops/file/sops-config.ts";
import {
  parseTrees,
  readSopsFile,
} from "../../src/secrets/sops/file/sops-file.ts";
import { createSopsProgram } from "../../src/secrets/sops/file/sops-program.ts";
import {
  sopsString,
  type SopsMap,
  type SopsNode,
  type SopsScalar,
} from "../../src/secrets/sops/core/tree.ts";
import { PROPERTY_RUNS } from "../support/arbitraries.ts";
import { anyRecipient, ageProvider } from "../support/sops-builder.ts";
import { aSopsBench, hasSops } from "../support/sops-program.ts";

// Each run costs the program's start, so there are fewer than elsewhere.
const runs = { numRuns: Math.max(8, Math.floor(PROPERTY_RUNS / 12)) };
vi.setConfig({ testTimeout: 60_000 + 1000 * PROPERTY_RUNS });

const bench = await aSopsBench();
const providers = [ageProvider(bench.mine.identity)];
const now = new Date("2025-01-02T03:04:05Z");

afterAll(() => {
  bench.dispose();
});

const KEYS = ["a", "b", "data", "x_enc", "x_plain", "Secret", "é", "1", "on"];
const key = fc.constantFrom(...KEYS);

/** Scalars as go-yaml spells and reads them. */
const spelling = fc.oneof(
  fc.constantFrom(
    ...["x", "two words", "007007", "1.10", "1e5", "true", "yes", "~", "null"],
    ...[".1_0", ".5", "1_000", "0x1F", "0o17", "0b11", "0b-11", "0o-7", "+5"],
    ...["-0x_1", "1.", "1.e3", ".inf", "-.Inf", "1e400", "08", "0_8", "-"],
    ...["2001-01-01", "2001-1-1", "2001-12-14t21:59:43.10-05:00", "2001-13-01"],
    ...["2001-12-14 21:59:43", "12:30", "9007199254740993", "1__0", "0xg"],
    ...["9223372036854775807", "-9223372036854775808", "99999999999999999999"],
    ...[
      '""',
      "''",
      '"\\u2028"',
      '"\\0 \\x7f"',
      '"a\\nb"',
      "'it''s'",
      "|\n  l\n",
    ],
    ...["!!str 5", "!!float 5", "!!binary aGk=", "!!binary /w==", "!foo 5"],
    ...["!!binary |\n  aGk=\n", "!!int 5", "!!str", "!!bool true", "=", "<<"],
    ...[
      "[]",
      "{}",
      "[1, [x, {a: 1}], ~]",
      "{a: 1, b: {c: ''}}",
      ">-\n  f\n  g\n",
    ],
  ),
  fc.constantFrom(
    ...["plain\n  goes on", '"a\n  b"', "'a\n\n  b'", "|+\n  keep\n\n", "a #b"],
    ...[
      ">\n  fold\n  ed\n\n  x\n",
      "|2-\n   ind\n",
      "a\u2028b",
      '"a\u2029b"',
      "a# b",
    ],
    ...[
      "[a,\n  b]",
      "{a: 1,\n  b: 2}",
      "{a, b}",
      "[a: 1]",
      "&n x",
      "a\tb",
      "? x",
    ],
    ...[
      "a\u0085b",
      "|\n  a\u2028b\n",
      "'a\u2028b'",
      "\ufeffx",
      "a\u00a0",
      '"\\x41\\e\\N\\_\\L"',
    ],
    ...[
      '"a\\\n  b"',
      "|-\n\n  x\n",
      ">-\n\n  x\n   y\n  z\n",
      "!!str |\n  5\n",
      "# c",
      "x # c\u2028y",
    ],
  ),
  fc.stringMatching(/^[-+.0-9_ebxo]{1,6}$/u),
  fc.stringMatching(/^[a-z][a-z0-9 ._-]{0,8}[a-z0-9]$/u),
);

type Entries = readonly (readonly [string, string | Entries])[];
const { entries } = fc.letrec<{ entries: Entries }>((tie) => ({
  entries: fc.uniqueArray(
    fc.tuple(
      key,
      fc.oneof({ maxDepth: 2, depthSize: "small" }, spelling, tie("entries")),
    ),
    { minLength: 1, maxLength: 4, selector: ([name]) => name },
  ),
}));

function yamlText(given: Entries, indent = ""): string {
  return given
    .map(([name, value]) => {
      if (typeof value !== "string")
        return `${indent}${name}:\n${yamlText(value, `${indent}  `)}`;
      return `${indent}${name}: ${value.replaceAll("\n  ", `\n${indent}    `)}`;
    })
    .join("\n")
    .replace(/\n\n+/gu, "\n");
}

const jsonText = fc
  .dictionary(key, fc.jsonValue({ maxDepth: 2, stringUnit: "binary" }), {
    minKeys: 1,
    maxKeys: 4,
  })
  .map((value) => JSON.stringify(value));

const dotenvText = fc
  .array(
    fc.oneof(
      fc
        .tuple(
          fc
            .stringMatching(/^[A-Z_a-z]{1,6}$/u)
            .filter((name) => !/^sops_/u.test(name)),
          fc.stringMatching(/^[ -~é\\]{0,10}$/u),
        )
        .map((pair) => pair.join("=")),
      fc.stringMatching(/^#[ -~]{0,8}$/u),
      fc.constant(""),
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((lines) => `${lines.join("\n")}\n`);

const sources: Readonly<Record<string, fc.Arbitrary<string>>> = {
  yaml: entries.map((given) => `${yamlText(given)}\n`),
  json: jsonText,
  dotenv: dotenvText,
  binary: fc.string({ unit: "binary", maxLength: 60 }),
};

/** Every selector, with patterns that fit some keys, in the syntax of RE2. */
const selector = fc.constantFrom<readonly string[]>(
  [],
  ["--unencrypted-suffix", "_plain"],
  ["--encrypted-suffix", "_enc"],
  ["--encrypted-regex", "(?i)secret|^a$"],
  ["--encrypted-regex", "^[[:alpha:]]$"],
  ["--encrypted-regex", "\\pL\\z"],
  ["--unencrypted-regex", "^(b|data)$"],
  ["--unencrypted-regex", "\\d|nothing"],
  ["--encrypted-regex", "nothing"],
);

const selection = fc
  .tuple(selector, fc.boolean())
  .map(([flags, isMacOnly]) =>
    isMacOnly ? [...flags, "--mac-only-encrypted"] : flags,
  );

function encrypted(
  format: SopsFormat,
  text: string,
  flags: readonly string[],
): Buffer | undefined {
  const { status, stdout } = bench.run([
    ...["--encrypt", "--age", bench.mine.recipient, ...flags],
    ...["--input-type", format, "--output-type", format],
    bench.write("plain", text),
  ]);
  return status === 0 ? stdout : undefined;
}

function decrypted(
  format: SopsFormat,
  bytes: Uint8Array,
): { readonly stdout: Buffer; readonly stderr: string } | undefined {
  const { status, stdout, stderr } = bench.run(
    ["decrypt", "--input-type", format, "--output-type", format],
    bytes,
  );
  return status === 0 ? { stdout, stderr } : undefined;
}

/** What the program prints, read as values. */
function printed(format: SopsFormat, text: Buffer): readonly SopsMap[] {
  if (format === "binary")
    return [
      {
        kind: "map",
        entries: new Map([["data", sopsString(text.toString("utf8"))]]),
      },
    ];
  return parseTrees(text.toString("utf8"), format, {
    file: "printed",
    limits: SOPS_LIMITS,
  });
}

/** Values without their types, which the printed text does not keep, in the order of the text. */
function shape(node: SopsNode): unknown {
  if (node.kind === "map")
    return [...node.entries].map(([name, child]) => [name, shape(child)]);
  if (node.kind === "list") return node.items.map(shape);
  return node.kind === "null" || goText(node) === ""
    ? null
    : node.kind === "str"
      ? Buffer.from(macBytes(node)).toString("base64")
      : Buffer.from(goText(node)).toString("base64");
}

async function opened(
  format: SopsFormat,
  bytes: Uint8Array,
): Promise<OpenedSops | UserError> {
  try {
    return await openSops(bytes, { path: "s", format, providers });
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

describe.skipIf(!hasSops)(
  "the sops program (skipped where it is not installed)",
  () => {
    it.each(Object.keys(sources))(
      "writes %s files that are read here with the values it reads, under every selector",
      async (name) => {
        const format = name as SopsFormat; // the keys of the table are formats
        let [tried, compared] = [0, 0];
        await fc.assert(
          fc.asyncProperty(
            sources[name] ?? fc.constant(""),
            selection,
            async (text, flags) => {
              const bytes = encrypted(format, text, flags);
              tried++;
              if (bytes === undefined) return;
              compared++;
              const theirs = decrypted(format, bytes);
              const ours = await opened(format, bytes);
              if (theirs === undefined) {
                // It writes files that it refuses; so do we then.
                expect(ours).toBeInstanceOf(UserError);
                return;
              }
              if (ours instanceof UserError) throw ours;
              expect(ours.documents.map(shape)).toEqual(
                printed(format, theirs.stdout).map(shape),
              );
            },
          ),
          runs,
        );
        expect(compared).toBeGreaterThan(tried / 8);
      },
    );

    it.each(["yaml", "json"])(
      "gives readable values of %s the types they have here, because the MAC it wants is the one that is made here",
      async (name) => {
        const format = name as SopsFormat; // as above
        let compared = 0;
        await fc.assert(
          fc.asyncProperty(sources[name] ?? fc.constant(""), async (text) => {
            const bytes = await beside(format, text);
            if (bytes === undefined) return;
            const theirs = decrypted(format, bytes);
            const ours = await opened(format, bytes);
            if (ours instanceof UserError) throw ours;
            expect(theirs?.stdout.toString("utf8")).toBeDefined();
            compared++;
            expect(ours.documents.map(shape)).toEqual(
              printed(format, theirs?.stdout ?? Buffer.of()).map(shape),
            );
          }),
          runs,
        );
        expect(compared).toBeGreaterThan(0);
      },
    );

    it.each(["yaml", "json", "dotenv"])(
      "opens %s files that were written here, value by value, under every selector",
      async (name) => {
        const format = name as SopsFormat; // as above
        const value = format === "dotenv" ? dotenvValue : typedValue;
        await fc.assert(
          fc.asyncProperty(
            fc.array(fc.tuple(name === "dotenv" ? dotenvKey : key, value), {
              minLength: 1,
              maxLength: 4,
            }),
            selection,
            async (given, flags) => {
              const bytes = await writtenHere(format, given, flags);
              const theirs = decrypted(format, bytes);
              expect(theirs).toBeDefined();
              expect(
                printed(format, theirs?.stdout ?? Buffer.of()).map(shape),
              ).toEqual([shape({ kind: "map", entries: new Map(given) })]);
            },
          ),
          runs,
        );
      },
    );

    it.each(["yaml", "json", "dotenv", "binary"])(
      "opens its own %s file after an edit here, with its values and its comments",
      async (name) => {
        const format = name as SopsFormat; // as above
        await fc.assert(
          fc.asyncProperty(
            sources[name] ?? fc.constant(""),
            selection,
            async (text, flags) => {
              const marked = withMark(format, text);
              const bytes = encrypted(format, marked, flags);
              if (bytes === undefined) return;
              const ours = await opened(format, bytes);
              if (ours instanceof UserError) return;
              const editor = new SopsEditor(ours, () => true);
              const plain = plainText(editor, ours);
              expect(plain).not.toMatch(/type:comment\]/u);
              const edited = plain.replace("mark one", "mark two");
              takePlainText(editor, ours, edited);
              const after = decrypted(format, await editor.finish(now));
              const wanted = decrypted(format, bytes)
                ?.stdout.toString("utf8")
                .replace("mark one", "mark two");
              expect(after?.stdout.toString("utf8")).toBe(wanted);
            },
          ),
          runs,
        );
      },
    );

    it.each([
      ["above and beside", "# head\n\n# a\na: 1 # beside\nb: 2\n# foot\n"],
      [
        "in groups",
        "a:\n  # in a\n  b: 1\n\n  # c\n  c: 2 # beside\n# d\nd: 3\n",
      ],
      ["behind a key", "a: # behind\n  b: 1\nl: # list\n  - x\n"],
      ["in a list", "l:\n  # first\n  - x # beside\n  # second\n  - y\n"],
      [
        "in a list that is not indented",
        "l:\n# first\n- x\n# second\n- y\nm: 1\n",
      ],
      [
        "in a list of groups",
        "l:\n  - a: 1 # beside\n    # b\n    b: 2\n  # next\n  - a: 3\n",
      ],
      ["at the end of a group", "a:\n  b: 1\n  # end of a\nc: 2\n"],
      ["between groups", "a:\n  b: 1\n\n# between\n\nc: 2\n"],
      ["in flow style", "a: {b: 1, c: 2} # beside\nl: [x, y] # list\n"],
      ["of several lines", "# one\n# two\n#\n# three\na: 1\n"],
      [
        "at a block",
        "a: | # header\n  text\n  # no comment\nb: >-\n  text\n# last\n",
      ],
      ["behind dashes", "l:\n  - # first\n    a: 1\n  - b: 2\n"],
    ])(
      "finds the comments that were encrypted here: %s",
      async (_name, text) => {
        const bytes = encrypted("yaml", "start: 1\n", []) ?? Buffer.of();
        const ours = await opened("yaml", bytes);
        if (ours instanceof UserError) throw ours;
        const editor = new SopsEditor(ours);
        takePlainText(editor, ours, text);
        const written = await editor.finish(now);
        const comments = text.match(/# [a-z]+/gu) ?? [];
        for (const comment of comments)
          if (comment !== "# no")
            expect(written.toString()).not.toContain(comment);
        const theirs = decrypted("yaml", written);
        for (const comment of comments)
          expect(theirs?.stdout.toString("utf8")).toContain(comment);
        expect(theirs?.stdout.toString("utf8")).not.toContain("type:comment]");
      },
    );

    it("decrypts what only it can read: ini files, and rules by comments", async () => {
      const program = createSopsProgram(bench.env);
      const ini = fc
        .array(
          fc.tuple(
            fc.stringMatching(/^[a-z]{1,5}$/u),
            fc.stringMatching(/^[a-z0-9éA-Z+/=]{1,8}$/u),
          ),
          { minLength: 1, maxLength: 3 },
        )
        .map((pairs) => ["[main]", ...pairs.map((pair) => pair.join(" = "))])
        .map((lines) => `${lines.join("\n")}\n`);
      await fc.assert(
        fc.asyncProperty(ini, async (text) => {
          const bytes = encrypted("ini", text, []);
          if (bytes === undefined) return;
          const file = await readSopsFile(bytes, { path: "s.ini" });
          const tree = await program.decrypt(file);
          const values = bench.run(
            ["decrypt", "--input-type", "ini", "--output-type", "json"],
            bytes,
          ).stdout;
          expect(shape(tree ?? emptyMap)).toEqual(
            shape(printed("json", values)[0] ?? emptyMap),
          );
        }),
        runs,
      );
      const text = "# sec\na: one\nb: two\n# sec\nc:\n  d: three\n";
      for (const flags of [
        ["--encrypted-comment-regex", "sec"],
        ["--unencrypted-comment-regex", "sec"],
      ]) {
        const bytes = encrypted("yaml", text, flags) ?? Buffer.of();
        const file = await readSopsFile(bytes, { path: "s.yaml" });
        const tree = await program.decrypt(file);
        expect(shape(tree ?? emptyMap)).toEqual(
          shape(printed("yaml", Buffer.from(text))[0] ?? emptyMap),
        );
      }
    });

    it("never opens here to other values, or where it refuses, when a file was changed", async () => {
      const outcomes = { both: 0, neither: 0, stricter: 0 };
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom<SopsFormat>("yaml", "json", "dotenv"),
          selection,
          fc.nat(),
          fc.nat(),
          async (format, flags, which, how) => {
            const bytes = encrypted(format, TAMPERED[format] ?? "", flags);
            const text = tampered(bytes?.toString("utf8") ?? "", which, how);
            const theirs = decrypted(format, Buffer.from(text));
            const ours = await opened(format, Buffer.from(text));
            if (ours instanceof UserError) {
              outcomes[theirs === undefined ? "neither" : "stricter"]++;
              return;
            }
            outcomes.both++;
            expect(theirs).toBeDefined();
            expect(ours.documents.map(shape)).toEqual(
              printed(format, theirs?.stdout ?? Buffer.of()).map(shape),
            );
          },
        ),
        { numRuns: runs.numRuns * 4 },
      );
      expect(outcomes.neither).toBeGreaterThan(0);
    });
  },
);

/**
 * A file with readable text beside one encrypted value, with the MAC that is right as the text is
 * read here; nothing for text that is refused.
 */
async function beside(
  format: SopsFormat,
  text: string,
): Promise<Buffer | undefined> {
  const rule = await parseCreationRule(
    `creation_rules:\n  - age: ${bench.mine.recipient}\n    encrypted_regex: ^zz$\n`,
    ".sops.yaml",
    "s.yaml",
  );
  if (rule === undefined) throw new Error("no rule");
  const path = `s.${format}`;
  const empty = await createEmptySops(path, {
    rule,
    providers,
    consent: anyRecipient,
    now,
  });
  const editor = new SopsEditor(empty, () => true);
  editor.set(["zz"], sopsString("hidden"));
  const joined =
    format === "yaml"
      ? text + editor.text
      : text.replace(/\}\s*$/u, `,${editor.text.replace(/^\s*\{/u, "")}`);
  try {
    const trees = parseTrees(joined, format, {
      file: path,
      limits: SOPS_LIMITS,
    });
    editor.replaceAll(joined, trees.map(plainOnly));
    return await editor.finish(now);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function plainOnly(tree: SopsMap): SopsMap {
  const entries = new Map(tree.entries);
  entries.delete("sops");
  entries.set("zz", sopsString("hidden"));
  return { kind: "map", entries };
}

const emptyMap: SopsMap = { kind: "map", entries: new Map() };

const dotenvKey = fc.stringMatching(/^[A-Za-rt-z_]{1,5}$/u);
const dotenvValue = fc
  .string({ unit: "binary", maxLength: 12 })
  // A carriage return or a NUL is a matter between editors and line ends, not of the format.
  .filter((text) => !text.includes("\\n"))
  .map((text): SopsNode => sopsString(text));

const scalar = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }).map(sopsString),
  fc
    .uint8Array({ minLength: 1, maxLength: 8 })
    .map((bytes) => Buffer.from(bytes).toString("latin1"))
    .map(sopsString),
  fc
    .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
    .map((value): SopsScalar => ({ kind: "int", value })),
  // SOPS writes a readable -0.0 that it refuses itself.
  fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .filter((value) => !Object.is(value, -0))
    .map((value): SopsScalar => ({ kind: "float", value })),
  fc.boolean().map((value): SopsScalar => ({ kind: "bool", value })),
  fc.constant<SopsScalar>({ kind: "null" }),
);

const { typedValue } = fc.letrec<{ typedValue: SopsNode }>((tie) => ({
  typedValue: fc.oneof(
    { maxDepth: 2, depthSize: "small" },
    scalar,
    fc
      .array(tie("typedValue"), { maxLength: 3 })
      .map((items): SopsNode => ({ kind: "list", items })),
    fc
      .array(fc.tuple(key, tie("typedValue")), { maxLength: 3 })
      .map((given): SopsNode => ({ kind: "map", entries: new Map(given) })),
  ),
}));

/** A file made value by value, with the selection that the flags of the program stand for. */
async function writtenHere(
  format: SopsFormat,
  given: readonly (readonly [string, SopsNode])[],
  flags: readonly string[],
): Promise<Buffer> {
  const [kind = "", pattern = ""] = flags;
  const lines = [
    ...(kind.startsWith("--mac") || kind === ""
      ? []
      : [
          `    ${kind.slice(2).replaceAll("-", "_")}: ${JSON.stringify(pattern)}`,
        ]),
    ...(flags.includes("--mac-only-encrypted")
      ? ["    mac_only_encrypted: true"]
      : []),
  ];
  const rule = await parseCreationRule(
    `creation_rules:\n  - age: ${bench.mine.recipient}\n${lines.join("\n")}\n`,
    ".sops.yaml",
    "s.yaml",
  );
  if (rule === undefined) throw new Error("no rule");
  const path = `s.${format === "dotenv" ? "env" : format}`;
  const empty = await createEmptySops(path, {
    rule,
    providers,
    consent: anyRecipient,
    now,
  });
  const editor = new SopsEditor(empty, () => true);
  for (const [name, value] of new Map(given)) editor.set([name], value);
  return editor.finish(now);
}

function withMark(format: SopsFormat, text: string): string {
  if (format === "yaml") return `${text}# last\nmark: mark one # beside\n`;
  if (format === "json") return text.replace(/\}\s*$/u, ',"mark":"mark one"}');
  return format === "dotenv" ? `${text}# last\nmark=mark one\n` : "mark one";
}

const TAMPERED: Readonly<Record<string, string>> = {
  yaml: "a: one\nb: two\nx_enc:\n  c: 3\n  data: [four, 5, six]\n# note\nx_plain: plain\nempty: ''\nSecret: true\n",
  json: '{"a":"one","b":"two","x_enc":{"c":3,"data":["four",5,"six"]},"x_plain":"plain","empty":"","Secret":true}',
  dotenv: "a=one\nb=two\nx_enc=3\n# note\nx_plain=plain\nempty=\nSecret=yes\n",
};

/** One change of the kinds people, merges and attackers make. */
function tampered(text: string, which: number, how: number): string {
  const lines = text.split("\n");
  const at = which % lines.length;
  const other = (which >> 5) % lines.length;
  const line = lines[at] ?? "";
  const changes: readonly (() => string)[] = [
    () => lines.filter((_, index) => index !== at).join("\n"),
    () => lines.toSpliced(other, 0, line).join("\n"),
    () =>
      lines
        .map((one, index) =>
          index === at ? (lines[other] ?? "") : index === other ? line : one,
        )
        .join("\n"),
    () => lines.with(at, line.replace(/ENC\[[^\]]*\]/u, "planted")).join("\n"),
    () => lines.with(at, line.replace(/type:\w+/u, "type:str")).join("\n"),
    () => lines.with(at, line.replace(/type:\w+/u, "type:int")).join("\n"),
    () => lines.with(at, line.replace(/[A-Za-z0-9](?==*,iv)/u, "A")).join("\n"),
    () => lines.with(at, line.replace(/,tag:.{4}/u, ",tag:AAAA")).join("\n"),
    () => text.replace(/x_enc/gu, "y_enc"),
    () => text.replace(/_plain|_enc/gu, "_none"),
    () =>
      text.replace(/mac_only_encrypted["=: ]*true/u, (all) =>
        all.replace("true", "false"),
      ),
    () => text.replace(/T\d\d:/u, "T01:"),
    () => text.replace(/encrypted_regex/gu, "encrypted_suffix"),
    () => text.replace("plain", "clear"),
    () => text.replace(/^(\s*)("?)b"?[:=]/mu, "$1$2c$2:"),
  ];
  return changes[how % changes.length]?.() ?? text;
}
