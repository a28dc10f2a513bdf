import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { UserError } from "../../src/domain/problem/error.ts";
import { SopsEditor } from "../../src/secrets/sops/edit/editor.ts";
import {
  plainText,
  takePlainText,
} from "../../src/secrets/sops/edit/edit-plain.ts";
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
import { nodeAt, sopsString } from "../../src/secrets/sops/core/tree.ts";
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
const VALUE = "Plain-Text-77";
vi.setConfig({ testTimeout: 60_000 + 500 * PROPERTY_RUNS });
const runs = { numRuns: Math.max(25, Math.floor(PROPERTY_RUNS / 4)) };

/**
 * A selection rule as a pull request may bring it: every kind, with patterns that fit all, none or
 * some of the keys below.
 */
const selection = fc
  .record({
    kind: fc.constantFrom(
      "unencrypted_suffix",
      "encrypted_suffix",
      "unencrypted_regex",
      "encrypted_regex",
      "encrypted_comment_regex",
      "unencrypted_comment_regex",
      "none",
    ),
    pattern: fc.constantFrom(
      ...["secret", "_unencrypted", "client", "a", "data", "", ".", "^$"],
      ...["(?i)SECRET$", "^(data|stringData)$", "crm", "old", "^(old|crm)$"],
    ),
    isMacOnly: fc.boolean(),
  })
  .map(({ kind, pattern, isMacOnly }) => [
    ...(kind === "none" ? [] : [`${kind}: ${JSON.stringify(pattern)}`]),
    ...(isMacOnly ? ["mac_only_encrypted: true"] : []),
  ]);

const place = fc.constantFrom(
  ["crm", "client_secret"],
  ["crm", "secret_unencrypted"],
  ["old", "client_secret"],
  ["data"],
  ["a"],
);

const file = fc.constantFrom("s.yaml", "s.json", "s.env", "s.bin");

function placeIn(path: string, keys: readonly string[]): readonly string[] {
  if (path === "s.bin") return ["data"];
  return path === "s.env" ? [keys.join("_")] : keys;
}

function ruleOf(
  lines: readonly string[],
  recipients: readonly string[] = [mine.recipient],
): Promise<CreationRule | undefined> {
  const text = [
    `- age: ${recipients.join(",")}`,
    ...lines.map((line) => `  ${line}`),
  ];
  return parseCreationRule(
    `creation_rules:\n${text.map((line) => `  ${line}\n`).join("")}`,
    ".sops.yaml",
    "s.yaml",
  );
}

/**
 * A sound file under a rule, with one value where the rule takes one; `undefined` where no such
 * file can be made.
 */
async function aFile(
  path: string,
  lines: readonly string[],
): Promise<Buffer | undefined> {
  for (const keys of [["old", "x"], ["crm", "x"], ["a"], ["secret"]])
    try {
      const rule = await ruleOf(lines);
      if (rule === undefined) return undefined;
      const empty = await createEmptySops(path, {
        rule,
        providers,
        consent: anyRecipient,
        now,
      });
      const editor = new SopsEditor(empty);
      editor.set(placeIn(path, keys), sopsString("was there before"));
      return await editor.finish(now);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
    }
  return undefined;
}

function open(path: string, bytes: Uint8Array): Promise<OpenedSops> {
  return openSops(bytes, { path, providers });
}

/** What a writer gave, or `undefined` where it refused. Any other error is a failure. */
async function written(
  act: () => Promise<Buffer | undefined>,
): Promise<Buffer | undefined> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

const WRITERS: Readonly<
  Record<
    string,
    (
      path: string,
      keys: readonly string[],
      lines: readonly string[],
    ) => Promise<Buffer | undefined>
  >
> = {
  "set on a new file": async (path, keys, lines) => {
    const rule = await ruleOf(lines);
    if (rule === undefined) return undefined;
    const empty = await createEmptySops(path, {
      rule,
      providers,
      consent: anyRecipient,
      now,
    });
    const editor = new SopsEditor(empty);
    editor.set(placeIn(path, keys), sopsString(VALUE));
    return editor.finish(now);
  },
  "set on a file that is there": async (path, keys, lines) => {
    const before = await aFile(path, lines);
    if (before === undefined) return undefined;
    const editor = new SopsEditor(await open(path, before));
    editor.set(placeIn(path, keys), sopsString(VALUE));
    return editor.finish(now);
  },
  edit: async (path, keys, lines) => {
    const before = await aFile(path, lines);
    if (before === undefined) return undefined;
    const opened = await open(path, before);
    const editor = new SopsEditor(opened);
    const [first = "", ...rest] = placeIn(path, keys);
    const added: Readonly<Record<string, (plain: string) => string>> = {
      "s.yaml": (plain) =>
        rest.length === 0
          ? `${plain}zz: 1\n${first}: ${VALUE}\n`
          : `${plain}${first}_:\n  ${rest.join("")}: ${VALUE}\n`,
      "s.json": (plain) =>
        plain.replace(/\}\s*$/u, `, "${first}_": "${VALUE}"}`),
      "s.env": (plain) => `${plain}${first}_=${VALUE}\n`,
      "s.bin": () => VALUE,
    };
    const plain = plainText(editor, opened);
    takePlainText(editor, opened, added[path]?.(plain) ?? plain);
    return editor.finish(now);
  },
  merge: async (path, keys, lines) => {
    // Ours has the rule of the pull request, theirs the default and a new value that is encrypted
    // there.
    const ours = await aFile(path, lines);
    const theirs = await aFile(path, []);
    if (ours === undefined || theirs === undefined) return undefined;
    const editor = new SopsEditor(await open(path, theirs));
    editor.set(placeIn(path, keys), sopsString(VALUE));
    const changed = await editor.finish(now);
    const base = await open(path, theirs);
    for (const sides of [
      { base, ours: await open(path, ours), theirs: await open(path, changed) },
      { base, ours: await open(path, changed), theirs: await open(path, ours) },
    ]) {
      const result = await mergeSops(sides, now);
      if (result.kind === "merged") return result.bytes;
    }
    return undefined;
  },
};

describe("a value that is stored", () => {
  it.each(Object.keys(WRITERS))(
    "is encrypted or nothing is written, under any rule: %s",
    async (name) => {
      await fc.assert(
        fc.asyncProperty(file, place, selection, async (path, keys, lines) => {
          const write = WRITERS[name];
          const bytes = await written(async () => write?.(path, keys, lines));
          expect(bytes?.toString("utf8") ?? "").not.toContain(VALUE);
        }),
        runs,
      );
    },
  );

  it("stays encrypted when keys change, whatever the new rule selects", async () => {
    await fc.assert(
      fc.asyncProperty(file, selection, async (path, lines) => {
        const before = await aFile(path, []);
        if (before === undefined) throw new Error("no file");
        for (const recipients of [
          [mine.recipient],
          [mine.recipient, other.recipient],
        ])
          for (const act of [rotateSops, updateSopsKeys]) {
            const bytes = await written(async () => {
              const rule = await ruleOf(lines, recipients);
              if (rule === undefined) return undefined;
              const opened = await open(path, before);
              return act(opened, {
                rule,
                providers,
                consent: anyRecipient,
                now,
              });
            });
            expect(bytes?.toString("utf8") ?? "").not.toContain("was there");
          }
      }),
      runs,
    );
  });

  it("may be readable where it was before, and no other may join it", async () => {
    const rule = await ruleOf(["encrypted_regex: ^secret$"]);
    if (rule === undefined) throw new Error("no rule");
    const empty = await createEmptySops("s.yaml", {
      rule,
      providers,
      consent: anyRecipient,
      now,
    });
    const start = new SopsEditor(empty, (path) => path[0] === "note");
    start.set(["secret"], sopsString("s"));
    start.set(["note"], sopsString("for all to read"));
    const bytes = await start.finish(now);

    const editor = new SopsEditor(await open("s.yaml", bytes));
    editor.set(["secret"], sopsString("t"));
    const after = await open("s.yaml", await editor.finish(now));
    expect(nodeAt(after.tree, ["note"])).toEqual(sopsString("for all to read"));

    const second = new SopsEditor(await open("s.yaml", bytes));
    second.set(["note"], sopsString("something else"));
    await expect(second.finish(now)).rejects.toMatchObject({ code: "SEC005" });
  });
});
