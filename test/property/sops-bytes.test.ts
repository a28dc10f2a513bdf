import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import {
  plainBytes,
  takePlainBytes,
} from "../../src/secrets/sops/edit/edit-plain.ts";
import { SopsEditor } from "../../src/secrets/sops/edit/editor.ts";
import { scalarFromBytes } from "../../src/secrets/sops/core/go-text.ts";
import { mergeSops } from "../../src/secrets/sops/edit/merge.ts";
import { createEmptySops } from "../../src/secrets/sops/edit/new-file.ts";
import { openSops, type OpenedSops } from "../../src/secrets/sops/file/open.ts";
import {
  rotateSops,
  updateSopsKeys,
} from "../../src/secrets/sops/edit/rekey.ts";
import {
  parseCreationRule,
  type CreationRule,
} from "../../src/secrets/sops/file/sops-config.ts";
import {
  sopsString,
  type SopsMap,
  type SopsNode,
  type SopsScalar,
} from "../../src/secrets/sops/core/tree.ts";
import { sameTree } from "../../src/secrets/sops/core/tree-edit.ts";
import { PROPERTY_RUNS } from "../support/arbitraries.ts";
import {
  anyRecipient,
  ageProvider,
  anIdentity,
} from "../support/sops-builder.ts";

const mine = await anIdentity();
const other = await anIdentity();
const providers = [ageProvider(mine.identity)];
const now = new Date("2025-01-02T03:04:05Z");
vi.setConfig({ testTimeout: 60_000 + 500 * PROPERTY_RUNS });
const runs = { numRuns: Math.max(12, Math.floor(PROPERTY_RUNS / 8)) };

function textOf(bytes: Uint8Array): SopsScalar {
  return scalarFromBytes("str", Buffer.from(bytes)) ?? sopsString("");
}

/** Text that one format or another has a meaning for, random bytes, and text. */
const text = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 40 }).map(textOf),
  fc.string({ unit: "binary", maxLength: 20 }).map(sopsString),
  fc
    .constantFrom(
      ...["a\\nb", "a\nb", "a\r\nb\r", "\\", "\u2028\u2029\u0085", "\ufeffx"],
      ...[
        "- x",
        "# no",
        "a: b",
        "~",
        "yes",
        "007",
        "1e5",
        "",
        " ",
        "'\"",
        "=#",
      ],
      ...[
        "ENC[AES256_GCM,",
        "ENC[AES256_GCM,data:AAAA,iv:AAAA,tag:AAAAAAAAAAAAAAAAAAAAAA==,type:str]",
      ],
      ...[
        "line one\nline two\n",
        "line\n\n\n",
        "  lead\n",
        "tab\there\n",
        "---\n",
        "%x\n",
      ],
      ...["sops", "\0", "a\u007fb", "\ud83d\ude00"],
    )
    .map(sopsString),
);

const typed = fc.oneof(
  text,
  fc
    .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
    .map((value): SopsScalar => ({ kind: "int", value })),
  fc.double().map((value): SopsScalar => ({ kind: "float", value })),
  fc.boolean().map((value): SopsScalar => ({ kind: "bool", value })),
  fc.constant<SopsScalar>({ kind: "time", text: "2031-01-01T10:00:00.5Z" }),
  fc.constant<SopsScalar>({ kind: "null" }),
);

const key = fc.oneof(
  fc.constantFrom("a", "b", "on", "1", "x y", "é", "q:", "#k", "null", "a\\nb"),
  fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 6 }),
);

const { node } = fc.letrec<{ node: SopsNode }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    typed,
    fc
      .array(tie("node"), { maxLength: 3 })
      .map((items): SopsNode => ({ kind: "list", items })),
    fc
      .array(fc.tuple(key, tie("node")), { maxLength: 3 })
      .map((entries): SopsNode => ({ kind: "map", entries: new Map(entries) })),
  ),
}));

const values: Readonly<
  Record<string, fc.Arbitrary<readonly (readonly [string, SopsNode])[]>>
> = {
  "s.yaml": fc.array(fc.tuple(key, node), { minLength: 1, maxLength: 4 }),
  "s.json": fc.array(fc.tuple(key, node), { minLength: 1, maxLength: 4 }),
  "s.env": fc.array(
    fc.tuple(
      fc.stringMatching(/^[A-Z_]{1,8}$/u),
      // dotenv has nothing for null.
      fc.oneof(
        typed.filter(({ kind }) => kind !== "null"),
        text,
      ),
    ),
    { minLength: 1, maxLength: 4 },
  ),
};

async function ruleOf(...recipients: readonly string[]): Promise<CreationRule> {
  const rule = await parseCreationRule(
    `creation_rules:\n  - age: ${recipients.join(",")}\n`,
    ".sops.yaml",
    "s.yaml",
  );
  if (rule === undefined) throw new Error("no rule");
  return rule;
}

function open(path: string, bytes: Uint8Array): Promise<OpenedSops> {
  return openSops(bytes, { path, providers });
}

async function aFile(
  path: string,
  entries: readonly (readonly [string, SopsNode])[],
): Promise<Buffer> {
  const rule = await ruleOf(mine.recipient);
  const editor = new SopsEditor(
    await createEmptySops(path, {
      rule,
      providers,
      consent: anyRecipient,
      now,
    }),
  );
  for (const [name, value] of entries) editor.set([name], value);
  editor.set(["MARK"], sopsString("marker one"));
  return editor.finish(now);
}

async function changed(
  path: string,
  bytes: Uint8Array,
  change: (editor: SopsEditor, opened: OpenedSops) => void,
): Promise<Buffer> {
  const opened = await open(path, bytes);
  const editor = new SopsEditor(opened);
  change(editor, opened);
  return editor.finish(new Date("2025-02-03T04:05:06Z"));
}

/** Everything that writes, made to touch nothing but MARK. */
const WRITERS: Readonly<
  Record<string, (path: string, bytes: Buffer) => Promise<Buffer>>
> = {
  set: (path, bytes) =>
    changed(path, bytes, (editor) => {
      editor.set(["MARK"], sopsString("marker two"));
    }),
  unset: (path, bytes) =>
    changed(path, bytes, (editor) => {
      editor.unset(["MARK"]);
    }),
  edit: (path, bytes) =>
    changed(path, bytes, (editor, opened) => {
      const plain = plainBytes(editor, opened);
      const at = plain.lastIndexOf("marker one");
      plain.write("marker two", at);
      takePlainBytes(editor, opened, plain);
      expect(editor.isChanged).toBe(true);
    }),
  rotate: async (path, bytes) => {
    const rule = await ruleOf(mine.recipient);
    return rotateSops(await open(path, bytes), {
      rule,
      providers,
      consent: anyRecipient,
      now,
    });
  },
  updatekeys: async (path, bytes) => {
    const rule = await ruleOf(mine.recipient, other.recipient);
    const opened = await open(path, bytes);
    return (
      (await updateSopsKeys(opened, {
        rule,
        providers,
        consent: anyRecipient,
        now,
      })) ?? bytes
    );
  },
  "a merge into it": async (path, bytes) => {
    const theirs = await WRITERS["set"]?.(path, bytes);
    const [base, ours] = [await open(path, bytes), await open(path, bytes)];
    const result = await mergeSops(
      { base, ours, theirs: await open(path, theirs ?? bytes) },
      now,
    );
    return result.kind === "merged" ? result.bytes : bytes;
  },
  "a merge of it": async (path, bytes) => {
    const empty = await changed(path, bytes, (editor) => {
      for (const name of editor.tree.entries.keys())
        if (name !== "MARK") editor.unset([name]);
    });
    const [base, ours] = [await open(path, empty), await open(path, empty)];
    const result = await mergeSops(
      { base, ours, theirs: await open(path, bytes) },
      now,
    );
    return result.kind === "merged" ? result.bytes : empty;
  },
};

function withoutMark(tree: SopsMap): SopsMap {
  return {
    kind: "map",
    entries: new Map([...tree.entries].filter(([name]) => name !== "MARK")),
  };
}

describe.each(Object.keys(values))("every byte of %s", (path) => {
  it.each(Object.keys(WRITERS))(
    "survives %s of something else",
    async (name) => {
      await fc.assert(
        fc.asyncProperty(values[path] ?? fc.constant([]), async (given) => {
          const entries = given.filter(
            ([key]) => key !== "MARK" && !/^sops/u.test(key),
          );
          const bytes = await aFile(path, entries);
          const before = withoutMark((await open(path, bytes)).tree);
          const written = await WRITERS[name]?.(path, bytes);
          const after = withoutMark((await open(path, written ?? bytes)).tree);
          expect(sameTree(after, before)).toBe(true);
          expect(
            sameTree(before, { kind: "map", entries: new Map(entries) }),
          ).toBe(true);
        }),
        runs,
      );
    },
  );

  it("is shown to an editor so that nothing changes when nothing was edited", async () => {
    await fc.assert(
      fc.asyncProperty(values[path] ?? fc.constant([]), async (given) => {
        const entries = given.filter(([name]) => !/^sops/u.test(name));
        const opened = await open(path, await aFile(path, entries));
        const editor = new SopsEditor(opened);
        takePlainBytes(editor, opened, plainBytes(editor, opened));
        expect(editor.isChanged).toBe(false);
      }),
      runs,
    );
  });
});

describe("a binary file", () => {
  it("is edited bit by bit, whatever is in it", async () => {
    const content = fc.uint8Array({ maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(content, content, async (first, second) => {
        const rule = await ruleOf(mine.recipient);
        const start = new SopsEditor(
          await createEmptySops("s.bin", {
            rule,
            providers,
            consent: anyRecipient,
            now,
          }),
        );
        start.set(["data"], textOf(first));
        const bytes = await start.finish(now);
        const edited = await changed("s.bin", bytes, (editor, opened) => {
          expect(plainBytes(editor, opened)).toEqual(Buffer.from(first));
          takePlainBytes(editor, opened, second);
          expect(editor.isChanged).toBe(!Buffer.from(first).equals(second));
        });
        const again = await open("s.bin", edited);
        const editor = new SopsEditor(again);
        expect(plainBytes(editor, again)).toEqual(Buffer.from(second));
        for (const name of ["rotate", "updatekeys"]) {
          const result = await WRITERS[name]?.("s.bin", edited);
          const opened = await open("s.bin", result ?? Buffer.of());
          expect(plainBytes(new SopsEditor(opened), opened)).toEqual(
            Buffer.from(second),
          );
        }
      }),
      runs,
    );
  });
});
