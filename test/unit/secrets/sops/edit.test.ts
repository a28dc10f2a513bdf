import { randomBytes } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { SopsEditor } from "../../../../src/secrets/sops/edit/editor.ts";
import {
  plainText,
  takePlainText,
} from "../../../../src/secrets/sops/edit/edit-plain.ts";
import { mergeSops } from "../../../../src/secrets/sops/edit/merge.ts";
import { createEmptySops } from "../../../../src/secrets/sops/edit/new-file.ts";
import {
  openSops,
  type OpenedSops,
} from "../../../../src/secrets/sops/file/open.ts";
import {
  rotateSops,
  updateSopsKeys,
} from "../../../../src/secrets/sops/edit/rekey.ts";
import {
  parseCreationRule,
  type CreationRule,
} from "../../../../src/secrets/sops/file/sops-config.ts";
import { goText } from "../../../../src/secrets/sops/core/go-text.ts";
import {
  nodeAt,
  sopsString,
  type SopsNode,
} from "../../../../src/secrets/sops/core/tree.ts";
import {
  anyRecipient,
  ageProvider,
  anIdentity,
  seal,
  sealMac,
  sopsYaml,
  knownKey,
  type TestIdentity,
} from "../../../support/sops-builder.ts";

const NOW = new Date("2025-01-02T03:04:05.678Z");
let mine: TestIdentity;
let other: TestIdentity;

beforeAll(async () => {
  mine = await anIdentity();
  other = await anIdentity();
});

async function ruleFor(
  ...recipients: readonly string[]
): Promise<CreationRule> {
  const config = `creation_rules:\n  - age: ${recipients.join(",")}\n`;
  const rule = await parseCreationRule(config, ".sops.yaml", "s.yaml");
  if (rule === undefined) throw new Error("no rule");
  return rule;
}

async function open(
  text: string | Buffer,
  path = "s.yaml",
  who = mine,
): Promise<OpenedSops> {
  return openSops(Buffer.from(text), {
    path,
    providers: [ageProvider(who.identity)],
  });
}

/** A file with these values, made by the writer itself. */
async function aFile(
  values: Readonly<Record<string, string>>,
  path = "s.yaml",
): Promise<string> {
  const empty = await createEmptySops(path, {
    rule: await ruleFor(mine.recipient),
    providers: [ageProvider(mine.identity)],
    consent: anyRecipient,
    now: NOW,
  });
  const editor = new SopsEditor(empty);
  for (const [name, value] of Object.entries(values))
    editor.set(name.split("/"), sopsString(value));
  const bytes = await editor.finish(NOW);
  empty.dispose();
  return bytes.toString("utf8");
}

async function edited(
  text: string,
  act: (editor: SopsEditor) => void,
  path = "s.yaml",
): Promise<string> {
  const opened = await open(text, path);
  const editor = new SopsEditor(opened);
  act(editor);
  const bytes = await editor.finish(new Date("2025-02-03T04:05:06Z"));
  opened.dispose();
  return bytes.toString("utf8");
}

function plain(node: SopsNode | undefined): unknown {
  if (node === undefined) return undefined;
  if (node.kind === "map")
    return Object.fromEntries(
      [...node.entries].map(([key, child]) => [key, plain(child)]),
    );
  if (node.kind === "list") return node.items.map(plain);
  return node.kind === "null" ? null : goText(node);
}

async function values(
  text: string | Buffer,
  path = "s.yaml",
  who = mine,
): Promise<unknown> {
  return plain((await open(text, path, who)).tree);
}

/** Lines of `b` that are not in `a`. */
function newLines(a: string, b: string): string[] {
  const known = new Set(a.split("\n"));
  return b.split("\n").filter((line) => !known.has(line));
}

describe.each(["s.yaml", "s.json", "s.env"])("a new file %s", (path) => {
  it("holds what was set and follows the rule", async () => {
    const names =
      path === "s.env"
        ? { A: "one", B: "two\nlines" }
        : { "a/b": "one", c: "two\nlines" };
    const text = await aFile(names, path);
    expect(await values(text, path)).toEqual(
      path === "s.env"
        ? { A: "one", B: "two\nlines" }
        : { a: { b: "one" }, c: "two\nlines" },
    );
    expect(text).not.toContain("one");
  });

  it("changes in the lines of the value, the time and the MAC only", async () => {
    const [first, second] = path === "s.env" ? ["A", "B"] : ["a", "b"];
    const text = await aFile({ [first]: "one", [second]: "two" }, path);
    const after = await edited(
      text,
      (editor) => {
        editor.set([second], sopsString("three"));
      },
      path,
    );
    expect(newLines(text, after)).toHaveLength(3);
    expect(await values(after, path)).toEqual({
      [first]: "one",
      [second]: "three",
    });
  });

  it("loses only what is taken out", async () => {
    const [first, second] = path === "s.env" ? ["A", "B"] : ["a", "b"];
    const text = await aFile({ [first]: "one", [second]: "two" }, path);
    const after = await edited(
      text,
      (editor) => {
        editor.unset([first]);
      },
      path,
    );
    expect(newLines(text, after)).toHaveLength(2);
    expect(await values(after, path)).toEqual({ [second]: "two" });
  });

  it("can be edited as plain text and keeps the ciphertext of the rest", async () => {
    const [first, second] = path === "s.env" ? ["A", "B"] : ["a", "b"];
    const text = await aFile({ [first]: "one", [second]: "two" }, path);
    const opened = await open(text, path);
    const editor = new SopsEditor(opened);
    const readable = plainText(editor, opened);
    expect(readable).toContain("one");
    expect(readable).not.toContain("sops");
    takePlainText(editor, opened, readable.replace("two", "three"));
    const after = (
      await editor.finish(new Date("2025-02-03T04:05:06Z"))
    ).toString();
    expect(newLines(text, after)).toHaveLength(3);
    expect(await values(after, path)).toEqual({
      [first]: "one",
      [second]: "three",
    });
  });

  it("gets new ciphertexts everywhere by rotation, for the same recipients", async () => {
    const [first, second] = path === "s.env" ? ["A", "B"] : ["a", "b"];
    const text = await aFile({ [first]: "one", [second]: "two" }, path);
    const rotated = await rotateSops(await open(text, path), {
      rule: await ruleFor(mine.recipient),
      providers: [ageProvider(mine.identity)],
      consent: anyRecipient,
      now: NOW,
    });
    const old = text.match(/ENC\[[^\]]*\]/gu) ?? [];
    expect(old.length).toBe(3);
    for (const cipher of old) expect(rotated.toString()).not.toContain(cipher);
    expect(await values(rotated, path)).toEqual({
      [first]: "one",
      [second]: "two",
    });
  });

  it("is opened by a new recipient after updatekeys, with every value and the MAC untouched", async () => {
    const first = path === "s.env" ? "A" : "a";
    const text = await aFile({ [first]: "one" }, path);
    const options = {
      rule: await ruleFor(mine.recipient, other.recipient),
      providers: [ageProvider(mine.identity)],
      consent: anyRecipient,
      now: NOW,
    };
    const after = await updateSopsKeys(await open(text, path), options);
    for (const cipher of text.match(/ENC\[[^\]]*\]/gu) ?? [])
      expect(after?.toString()).toContain(cipher);
    expect(await values(after ?? "", path, other)).toEqual({ [first]: "one" });
    expect(await values(after ?? "", path)).toEqual({ [first]: "one" });
    expect(
      await updateSopsKeys(await open(after ?? "", path), options),
    ).toBeUndefined();
  });
});

describe("rotation", () => {
  it("is refused while the file lists someone the rules do not", async () => {
    const text = await aFile({ a: "one" });
    const both = await updateSopsKeys(await open(text), {
      rule: await ruleFor(mine.recipient, other.recipient),
      providers: [ageProvider(mine.identity)],
      consent: anyRecipient,
      now: NOW,
    });
    const rotated = rotateSops(await open(both ?? ""), {
      rule: await ruleFor(mine.recipient),
      providers: [ageProvider(mine.identity)],
      consent: anyRecipient,
      now: NOW,
    });
    await expect(rotated).rejects.toMatchObject({
      code: "SEC023",
      why: expect.stringContaining(other.recipient) as string,
    });
  });

  it("encrypts comments anew", async () => {
    const key = randomBytes(32);
    const comment = seal(key, " note", { aad: "m:", label: "comment" });
    const body = `m:\n    #${comment}\n    l:\n        - ${seal(key, "item note", { aad: "m:l:", label: "comment" })}\n        - ${seal(key, "x", { aad: "m:l:" })}\n`;
    const opened = await openSops(
      Buffer.from(
        sopsYaml(body, sealMac(key, ["x"])).replace("age1test", mine.recipient),
      ),
      { path: "s.yaml", providers: [knownKey(key)] },
    );
    const rotated = await rotateSops(opened, {
      rule: await ruleFor(mine.recipient),
      providers: [ageProvider(mine.identity)],
      consent: anyRecipient,
      now: NOW,
    });
    const again = await open(rotated);
    expect(plain(again.tree)).toEqual({ m: { l: ["x"] } });
    const readable = plainText(new SopsEditor(again), again);
    expect(readable).toContain("# note\n");
    expect(readable).toContain("#item note\n");
    expect(rotated.toString().match(/type:comment/gu)).toHaveLength(2);
    expect(rotated.toString()).not.toContain(comment);
  });
});

describe("a hand-formatted file", () => {
  const key = randomBytes(32);
  const body = [
    "# head",
    `flow: {x: "${seal(key, "fx", { aad: "flow:x:" })}", y: '${seal(key, "7", { aad: "flow:y:", label: "int" })}'} # inline`,
    "list:",
    `- ${seal(key, "l0", { aad: "list:" })} # first`,
    "- # in between",
    `  deep:   ${seal(key, "l1", { aad: "list:deep:" })}`,
    `  more: ${seal(key, "l2", { aad: "list:more:" })}`,
    "block:",
    "  # above",
    "  only: >-",
    `    ${seal(key, "b", { aad: "block:only:" })}`,
    'empty: ""',
    "nothing:",
    "",
    "# tail",
    "",
  ].join("\n");
  const text = sopsYaml(body, sealMac(key, ["fx", "7", "l0", "l1", "l2", "b"]));

  async function after(act: (editor: SopsEditor) => void): Promise<string> {
    const opened = await openSops(Buffer.from(text), {
      path: "s.yaml",
      providers: [knownKey(key)],
    });
    const editor = new SopsEditor(opened);
    act(editor);
    return (await editor.finish(NOW)).toString();
  }

  async function read(result: string): Promise<unknown> {
    return plain(
      (
        await openSops(Buffer.from(result), {
          path: "s.yaml",
          providers: [knownKey(key)],
        })
      ).tree,
    );
  }

  it.each([
    ["a value in flow style", ["flow", "x"], 3],
    ["a number becoming text", ["flow", "y"], 3],
    ["an element of a list", ["list", "0"], 3],
    ["a value below a list", ["list", "1", "deep"], 3],
    ["a block scalar", ["block", "only"], 3],
    ["an empty value", ["empty"], 3],
    ["a value that is not there yet", ["nothing"], 3],
    ["a new entry in flow style", ["flow", "z"], 3],
    ["a new entry of a block", ["block", "new"], 3],
    ["a new entry below a list", ["list", "1", "new"], 3],
    ["a new element", ["list", "2"], 3],
    ["a new entry", ["new"], 3],
    ["a new group", ["new", "er", "est"], 5],
  ])("changes in %s and nowhere else", async (_name, path, lines) => {
    const result = await after((editor) => {
      editor.set(path, sopsString("changed"));
    });
    expect(newLines(text, result)).toHaveLength(lines);
    const opened = await openSops(Buffer.from(result), {
      path: "s.yaml",
      providers: [knownKey(key)],
    });
    expect(plain(nodeAt(opened.tree, path))).toBe("changed");
    for (const comment of [
      "# head",
      "# inline",
      "# first",
      "# in between",
      "# above",
      "# tail",
    ])
      expect(result).toContain(comment);
  });

  it.each([
    [["flow", "x"], { flow: { y: "7" } }],
    [["flow", "y"], { flow: { x: "fx" } }],
    [["list", "0"], { list: [{ deep: "l1", more: "l2" }] }],
    [["list", "1", "more"], { list: ["l0", { deep: "l1" }] }],
    [["block", "only"], { block: {} }],
    [["block"], {}],
    [["nothing"], {}],
  ])("loses %j and nothing else", async (path, rest) => {
    const result = await after((editor) => {
      editor.unset(path);
    });
    const all = (await read(text)) as Record<string, unknown>;
    const [first = ""] = path;
    const others = Object.fromEntries(
      Object.entries(all).filter(([key]) => key !== first),
    );
    expect(await read(result)).toEqual({ ...others, ...rest });
  });

  it("is not written when nothing changed", async () => {
    const opened = await openSops(Buffer.from(text), {
      path: "s.yaml",
      providers: [knownKey(key)],
    });
    const editor = new SopsEditor(opened);
    editor.set(["list", "1", "deep"], sopsString("l1"));
    takePlainText(editor, opened, plainText(editor, opened));
    expect(editor.isChanged).toBe(false);
  });

  it("keeps ciphertexts when its plain text is edited, and encrypts the comments as sops edit does", async () => {
    const opened = await openSops(Buffer.from(text), {
      path: "s.yaml",
      providers: [knownKey(key)],
    });
    const editor = new SopsEditor(opened);
    const readable = plainText(editor, opened);
    takePlainText(
      editor,
      opened,
      readable
        .replace("l1", "pem\\nnope")
        .replace("# tail", "# other\nadded: 'it'"),
    );
    const changed = (await editor.finish(NOW)).toString();
    for (const comment of ["# head", "# inline", "# in between", "# other"])
      expect(changed).not.toContain(comment);
    expect(changed.match(/type:comment/gu)).toHaveLength(6);
    const before = text.match(/ENC\[[^\]]*\]/gu) ?? [];
    expect(before.filter((one) => !changed.includes(one))).toHaveLength(2);
    expect(await read(changed)).toMatchObject({
      added: "it",
      list: ["l0", { deep: "pem\\nnope", more: "l2" }],
    });
    const again = await openSops(Buffer.from(changed), {
      path: "s.yaml",
      providers: [knownKey(key)],
    });
    const second = new SopsEditor(again);
    const shown = plainText(second, again);
    for (const comment of ["# head", "# inline", "- # in between", "# other"])
      expect(shown).toContain(comment);
    // What was not touched keeps its text, comments included.
    takePlainText(second, again, shown.replace("added: it", "added: that"));
    const after = (await second.finish(NOW)).toString();
    expect(newLines(changed, after)).toHaveLength(2);
  });

  it.each([
    [["sops", "mac"], "the metadata"],
    [["list", "9"], "a hole in a list"],
    [["flow", "x", "below"], "a group below a value"],
    [[""], "an empty key"],
  ])("refuses to set %j: %s", async (path) => {
    await expect(
      after((editor) => {
        editor.set(path, sopsString("x"));
      }),
    ).rejects.toMatchObject({ code: "SEC018" });
  });
});

describe("a merge", () => {
  it("takes both sides' changes and keeps every ciphertext", async () => {
    const base = await aFile({ a: "1", b: "2", c: "3" });
    const ours = await edited(base, (editor) => {
      editor.set(["a"], sopsString("1x"));
    });
    const theirs = await edited(base, (editor) => {
      editor.set(["d"], sopsString("4"));
      editor.unset(["c"]);
    });
    const result = await mergeSops(
      {
        base: await open(base),
        ours: await open(ours),
        theirs: await open(theirs),
      },
      NOW,
    );
    const text = result.kind === "merged" ? result.bytes.toString() : "";
    expect(await values(text)).toEqual({ a: "1x", b: "2", d: "4" });
    expect(newLines(`${ours}\n${theirs}`, text)).toHaveLength(2);
  });

  it("encrypts ours anew when theirs was rotated", async () => {
    const base = await aFile({ a: "1", b: "2" });
    const ours = await edited(base, (editor) => {
      editor.set(["a"], sopsString("1x"));
    });
    const theirs = await rotateSops(await open(base), {
      rule: await ruleFor(mine.recipient),
      providers: [ageProvider(mine.identity)],
      consent: anyRecipient,
      now: NOW,
    });
    const result = await mergeSops(
      {
        base: await open(base),
        ours: await open(ours),
        theirs: await open(theirs),
      },
      NOW,
    );
    const text = result.kind === "merged" ? result.bytes.toString() : "";
    expect(await values(text)).toEqual({ a: "1x", b: "2" });
    expect(newLines(theirs.toString(), text)).toHaveLength(2);
  });

  it("tells conflicting paths, never values", async () => {
    const base = await aFile({ "g/a": "1", b: "2" });
    const to = (value: string): Promise<string> =>
      edited(base, (editor) => {
        editor.set(["g", "a"], sopsString(value));
      });
    const result = await mergeSops(
      {
        base: await open(base),
        ours: await open(await to("x")),
        theirs: await open(await to("y")),
      },
      NOW,
    );
    expect(result).toEqual({ kind: "conflict", paths: ["g/a"] });
  });
});

describe("rules for new files", () => {
  it("choose by path, from flat lists and groups", async () => {
    const config = `creation_rules:
  - path_regex: prod/.*
    key_groups:
      - age: [age1a]
        merge: [{pgp: [AA BB]}]
      - kms: [{arn: "arn:aws:kms:eu:1:key/k", role: r, context: {a: b}}]
        hc_vault: ["https://v.example:8200/v1/sops/keys/main"]
    shamir_threshold: 2
    encrypted_regex: ^data$
  - age: age1b, age1c
    pgp: FF
`;
    const prod = await parseCreationRule(config, ".sops.yaml", "x/prod/s.yaml");
    expect(prod).toMatchObject({
      shamirThreshold: 2,
      rule: { kind: "encrypted_regex", pattern: "^data$" },
    });
    expect(
      prod?.keyGroups.map((group) => group.map(({ type }) => type)),
    ).toEqual([
      ["age", "pgp"],
      ["kms", "hc_vault"],
    ]);
    const rest = await parseCreationRule(config, ".sops.yaml", "dev/s.yaml");
    expect(
      rest?.keyGroups[0]?.map(({ fields }) => [...fields.values()].join()),
    ).toEqual(["age1b", "age1c", "FF"]);
  });

  it.each([
    ["creation_rules: x\n"],
    ["creation_rules: [{path_regex: '(', age: age1x}]\n"],
    ["creation_rules: [{path_regex: nope, age: age1x}]\n"],
    ["creation_rules: [{age: ''}]\n"],
    ["creation_rules: [{age: age1x, encrypted_regex: '('}]\n"],
    ["creation_rules: [{age: age1x, encrypted_comment_regex: x}]\n"],
    [
      "creation_rules: [{age: age1x, encrypted_regex: a, encrypted_suffix: b}]\n",
    ],
  ])("refuse %j", async (config) => {
    await expect(
      parseCreationRule(config, ".sops.yaml", "s.yaml"),
    ).rejects.toMatchObject({ code: "SEC022" });
  });
});
