import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { UserError } from "../../../../../src/domain/problem/error.ts";
import { goText } from "../../../../../src/secrets/sops/core/go-text.ts";
import { inspectSops } from "../../../../../src/secrets/sops/file/inspect.ts";
import { openSops } from "../../../../../src/secrets/sops/file/open.ts";
import { nodeAt } from "../../../../../src/secrets/sops/core/tree.ts";
import {
  knownKey,
  LAST_MODIFIED,
  seal,
  sealMac,
  sopsYaml,
} from "../../../../support/sops-builder.ts";

const key = randomBytes(32);
const A = seal(key, "alpha", { aad: "a:" });
const B = seal(key, "beta", { aad: "b:" });
const MAC = sealMac(key, ["alpha", "beta"]);
const GOOD = sopsYaml(`a: ${A}\nb: ${B}\n`, MAC);

async function read(
  text: string,
  path = "s.yaml",
): Promise<Record<string, string>> {
  const opened = await openSops(Buffer.from(text), {
    path,
    providers: [knownKey(key)],
  });
  opened.dispose();
  const out: Record<string, string> = {};
  for (const [name, node] of opened.tree.entries)
    out[name] =
      node.kind === "map" || node.kind === "list" ? node.kind : goText(node);
  return out;
}

async function codeOf(text: string, path?: string): Promise<string> {
  try {
    return JSON.stringify(await read(text, path));
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    // No message may hold a value or a ciphertext.
    const said = JSON.stringify(error, Object.getOwnPropertyNames(error));
    expect(said).not.toMatch(/alpha|beta|planted|ENC\[AES/u);
    return (error as UserError).code;
  }
}

describe("a good file", () => {
  it("opens", async () => {
    expect(await read(GOOD)).toEqual({ a: "alpha", b: "beta" });
  });

  it("zeroes its data key when disposed", async () => {
    const opened = await openSops(Buffer.from(GOOD), {
      path: "s.yaml",
      providers: [knownKey(key)],
    });
    opened.dispose();
    expect(opened.dataKey.every((byte) => byte === 0)).toBe(true);
  });

  it("reads typed values, null and empty values", async () => {
    const body = [
      `i: ${seal(key, "-5", { aad: "i:", label: "int" })}`,
      `f: ${seal(key, "1.5", { aad: "f:", label: "float" })}`,
      `t: ${seal(key, "True", { aad: "t:", label: "bool" })}`,
      `n: null\ne: ""\nm: {}\nl: []\np_unencrypted: 017\n`,
    ].join("\n");
    const text = sopsYaml(body, sealMac(key, ["-5", "1.5", "True", "15"]));
    expect(await read(text)).toEqual({
      i: "-5",
      f: "1.5",
      t: "True",
      n: "",
      e: "",
      m: "map",
      l: "list",
      p_unencrypted: "15",
    });
  });

  it("leaves encrypted comments out of lists", async () => {
    const item = seal(key, "one", { aad: "l:" });
    const note = seal(key, " note", { aad: "l:", label: "comment" });
    const text = sopsYaml(
      `l:\n    - ${note}\n    - ${item}\n`,
      sealMac(key, ["one"]),
    );
    const opened = await openSops(Buffer.from(text), {
      path: "s.yaml",
      providers: [knownKey(key)],
    });
    expect(nodeAt(opened.tree, ["l"])).toEqual({
      kind: "list",
      items: [{ kind: "str", text: "one" }],
    });
  });

  it("keeps a key called __proto__", async () => {
    const text = sopsYaml(
      `__proto__: ${seal(key, "x", { aad: "__proto__:" })}\n`,
      sealMac(key, ["x"]),
    );
    const opened = await openSops(Buffer.from(text), {
      path: "s.yaml",
      providers: [knownKey(key)],
    });
    expect(nodeAt(opened.tree, ["__proto__"])).toEqual({
      kind: "str",
      text: "x",
    });
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });

  it("opens several documents under one MAC", async () => {
    const text = `${GOOD}---\nb: ${B}\n`;
    expect(await codeOf(text)).toBe("SEC012");
    const both =
      sopsYaml(`a: ${A}\n`, sealMac(key, ["alpha", "beta"])) + `---\nb: ${B}\n`;
    const opened = await openSops(Buffer.from(both), {
      path: "s.yaml",
      providers: [knownKey(key)],
    });
    expect(opened.documents.map((tree) => [...tree.entries.keys()])).toEqual([
      ["a"],
      ["b"],
    ]);
  });

  it.each([
    ["    encrypted_suffix: _secret\n", "x_secret", "plain"],
    ["    encrypted_regex: (?i)^X_S\n", "x_secret", "plain"],
    ["    unencrypted_regex: ^plain$\n", "x_secret", "plain"],
    ["    unencrypted_suffix: lain\n", "x_secret", "plain"],
  ])("selects by %s", async (rule, encrypted, plain) => {
    const body = `${encrypted}:\n    k: ${seal(key, "v", { aad: `${encrypted}:k:` })}\n${plain}: text\n`;
    const opened = await openSops(
      Buffer.from(sopsYaml(body, sealMac(key, ["v", "text"]), rule)),
      {
        path: "s.yaml",
        providers: [knownKey(key)],
      },
    );
    expect(nodeAt(opened.tree, [encrypted, "k"])).toEqual({
      kind: "str",
      text: "v",
    });
  });

  it("covers encrypted values only where the file says so", async () => {
    const rule =
      "    unencrypted_suffix: _unencrypted\n    mac_only_encrypted: true\n";
    const body = `a: ${A}\nb_unencrypted: anything\n`;
    expect(
      await codeOf(sopsYaml(body, sealMac(key, ["alpha"], true), rule)),
    ).toContain("alpha");
    expect(await codeOf(sopsYaml(body, sealMac(key, ["alpha"]), rule))).toBe(
      "SEC012",
    );
  });

  it("reads JSON whose integers were written as floats", async () => {
    const sops = {
      age: [{ recipient: "age1test", enc: "x" }],
      lastmodified: LAST_MODIFIED,
      version: "3.8.0",
    };
    const text = (mac: string): string =>
      `{"n_unencrypted":9007199254740993,"sops":${JSON.stringify({ ...sops, mac })}}`;
    expect(
      await codeOf(text(sealMac(key, ["9007199254740993"])), "s.json"),
    ).toContain("9007199254740993");
    expect(
      await codeOf(text(sealMac(key, ["9007199254740992"])), "s.json"),
    ).toContain("9007199254740993");
    expect(
      await codeOf(text(sealMac(key, ["9007199254740995"])), "s.json"),
    ).toBe("SEC012");
  });
});

describe("a file that was tampered with", () => {
  it.each([
    ["the MAC removed", GOOD.replace(/ {4}mac: .*\n/u, ""), "SEC012"],
    ["the MAC emptied", GOOD.replace(/mac: .*/u, 'mac: ""'), "SEC012"],
    ["the MAC made null", GOOD.replace(/mac: .*/u, "mac: null"), "SEC012"],
    [
      "the MAC in plain",
      GOOD.replace(/mac: .*/u, `mac: ${"A".repeat(128)}`),
      "SEC012",
    ],
    [
      "the MAC of another file",
      GOOD.replace(MAC, sealMac(key, ["alpha"])),
      "SEC012",
    ],
    [
      "the time changed",
      GOOD.replace(LAST_MODIFIED, "2030-01-01T00:00:00Z"),
      "SEC012",
    ],
    [
      "the time without quotes",
      GOOD.replace(`"${LAST_MODIFIED}"`, LAST_MODIFIED),
      "SEC012",
    ],
    ["the time removed", GOOD.replace(/ {4}lastmodified: .*\n/u, ""), "SEC012"],
    ["a value moved to another key", GOOD.replace(A, B), "SEC012"],
    ["two values exchanged", sopsYaml(`a: ${B}\nb: ${A}\n`, MAC), "SEC012"],
    [
      "a tag cut to four bytes",
      GOOD.replace(A, A.replace(/tag:[^,]+/u, "tag:AAAAAA==")),
      "SEC012",
    ],
    ["a value cut off", GOOD.replace(A, A.slice(0, -1)), "SEC012"],
    ["a value removed", GOOD.replace(`a: ${A}\n`, ""), "SEC012"],
    ["the order changed", sopsYaml(`b: ${B}\na: ${A}\n`, MAC), "SEC012"],
    ["a plain value planted", GOOD.replace(A, "planted"), "SEC005"],
    ["a plain number planted", GOOD.replace(A, "42"), "SEC005"],
    ["a value made empty", GOOD.replace(A, '""'), "SEC012"],
    ["a value made null", GOOD.replace(A, "null"), "SEC012"],
    [
      "a plain key added",
      GOOD.replace("sops:", "x_unencrypted: planted\nsops:"),
      "SEC012",
    ],
    [
      "a text labelled int",
      GOOD.replace(A, A.replace("type:str", "type:int")),
      "SEC012",
    ],
    [
      "a text labelled comment",
      GOOD.replace(A, A.replace("type:str", "type:comment")),
      "SEC012",
    ],
    ["a duplicate key", GOOD.replace("sops:", `a: ${A}\nsops:`), "SEC003"],
    [
      "a second rule",
      GOOD.replace("    version", "    encrypted_regex: ^x\n    version"),
      "SEC012",
    ],
    [
      "another rule",
      GOOD.replace(
        "unencrypted_suffix: _unencrypted",
        "encrypted_suffix: _none",
      ),
      "SEC012",
    ],
    [
      "a rule by comments",
      GOOD.replace(
        "unencrypted_suffix: _unencrypted",
        "encrypted_comment_regex: x",
      ),
      "SEC007",
    ],
    ["no metadata", `a: ${A}\n`, "SEC002"],
    ["metadata that is text", `a: ${A}\nsops: x\n`, "SEC002"],
    ["no keys", GOOD.replace(/ {4}age:\n.*\n.*\n/u, ""), "SEC012"],
    [
      "keys that are text",
      GOOD.replace(/ {4}age:\n.*\n.*\n/u, "    age: x\n"),
      "SEC012",
    ],
    [
      "an integer beyond 64 bits",
      GOOD.replace("sops:", "x_unencrypted: 18446744073709551615\nsops:"),
      "SEC012",
    ],
  ])("is refused with %s", async (_name, text, code) => {
    expect(text).not.toBe(GOOD);
    expect(await codeOf(text)).toBe(code);
  });

  it("is refused when elements of a list are removed or repeated", async () => {
    const one = seal(key, "one", { aad: "l:" });
    const two = seal(key, "two", { aad: "l:" });
    const mac = sealMac(key, ["one", "two"]);
    expect(await codeOf(sopsYaml(`l: ["${one}", "${two}"]\n`, mac))).toBe(
      '{"l":"list"}',
    );
    for (const items of [
      [one],
      [two, one],
      [one, two, two],
      [one, two.replace("type:str", "type:comment")],
    ])
      expect(await codeOf(sopsYaml(`l: ${JSON.stringify(items)}\n`, mac))).toBe(
        "SEC012",
      );
  });
});

describe("a file that cannot be taken in", () => {
  it("is refused beyond 1 MiB, as binary data and with a foreign suffix", async () => {
    expect(await codeOf(`${GOOD}# ${"x".repeat(2 * 1_048_576)}`)).toBe(
      "SEC003",
    );
    const binary = openSops(Uint8Array.of(0xff, 0xfe, 0), {
      path: "s.yaml",
      providers: [],
    });
    await expect(binary).rejects.toMatchObject({ code: "SEC003" });
    await expect(codeOf(GOOD, "s.toml")).resolves.toBe("SEC007");
  });

  it("names the kind of key it would need", async () => {
    const azure = GOOD.replace("age:", "azure_kv:").replace(
      "recipient: age1test",
      "name: 0123ABCD",
    );
    const opened = openSops(Buffer.from(azure), {
      path: "s.yaml",
      providers: [knownKey(key)],
    });
    await expect(opened).rejects.toMatchObject({
      code: "SEC007",
      why: expect.stringContaining("Azure Key Vault") as string,
    });
  });

  it("is refused when the shares of its key groups do not fit", async () => {
    const group =
      "        - age:\n            - enc: x\n              recipient: age1test\n";
    const text = GOOD.replace(
      / {4}age:\n.*\n.*\n/u,
      `    key_groups:\n${group}${group}`,
    );
    expect(await codeOf(text)).toBe("SEC012");
    expect(await codeOf(text.replace(group + group, group))).toContain("alpha");
  });

  it("is refused when the data key has another length", async () => {
    const opened = openSops(Buffer.from(GOOD), {
      path: "s.yaml",
      providers: [knownKey(randomBytes(31))],
    });
    await expect(opened).rejects.toMatchObject({ code: "SEC012" });
  });
});

describe("inspectSops", () => {
  it("tells values, recipients, time and version without a key", async () => {
    const seen = await inspectSops(Buffer.from(GOOD), { path: "s.yaml" });
    expect(seen.values).toEqual([
      { path: ["a"], document: 0, cipherText: A },
      { path: ["b"], document: 0, cipherText: B },
    ]);
    expect(seen).toMatchObject({
      recipients: ["age1test"],
      lastModified: LAST_MODIFIED,
      version: "3.13.3",
    });
  });

  it("refuses a plain value in the encrypted area", async () => {
    const seen = inspectSops(Buffer.from(GOOD.replace(A, "planted")), {
      path: "s.yaml",
    });
    await expect(seen).rejects.toMatchObject({ code: "SEC005" });
  });

  it.each(['"true"', '"1"', "1", "true"])(
    "takes mac_only_encrypted: %s for true",
    async (value) => {
      const text = GOOD.replace(
        "    version",
        `    mac_only_encrypted: ${value}\n    version`,
      );
      const seen = await inspectSops(Buffer.from(text), { path: "s.yaml" });
      expect(seen.file.metadata.macOnlyEncrypted).toBe(true);
    },
  );

  it("refuses mac_only_encrypted: yes", async () => {
    const text = GOOD.replace(
      "    version",
      "    mac_only_encrypted: yes\n    version",
    );
    await expect(
      inspectSops(Buffer.from(text), { path: "s.yaml" }),
    ).rejects.toMatchObject({ code: "SEC012" });
  });
});
