import { describe, expect, it } from "vitest";
import {
  createSopsYaml,
  type PlainSecrets,
} from "../../../../../src/secrets/sops/file/create.ts";
import { openSops } from "../../../../../src/secrets/sops/file/open.ts";
import type { SopsNode } from "../../../../../src/secrets/sops/core/tree.ts";
import { ageProvider, anIdentity } from "../../../../support/sops-builder.ts";

const options = {
  path: "s.yaml",
  lastModified: new Date("2024-05-06T07:08:09.500Z"),
};
const mine = await anIdentity();

function plain(node: SopsNode): unknown {
  if (node.kind === "map")
    return Object.fromEntries(
      [...node.entries].map(([key, value]) => [key, plain(value)]),
    );
  return node.kind === "str" ? node.text : node.kind;
}

describe("createSopsYaml", () => {
  it("writes what the reader reads, in order", async () => {
    const wanted: PlainSecrets = {
      zeta: { a: "one", "with: colon": "two", "123": "n", true: "b" },
      alpha: "line 1\nline 2\n",
      none: "",
      empty: {},
      null: "x",
      'é"\\': "ü",
      yes: "y",
      "- x": "dash",
      "#": "hash",
      "2001-01-01": "date",
    };
    const text = await createSopsYaml(wanted, [mine.recipient], options);
    const opened = await openSops(Buffer.from(text), {
      path: "s.yaml",
      providers: [ageProvider(mine.identity)],
    });
    expect(plain(opened.tree)).toEqual(wanted);
    expect([...opened.tree.entries.keys()]).toEqual(Object.keys(wanted));
  });

  it("follows upstream's layout", async () => {
    const text = await createSopsYaml(
      { a: { b: "v" } },
      [mine.recipient, mine.recipient],
      options,
    );
    const shape = text
      .replace(/ENC\[[^\]]+\]/gu, "ENC")
      .replace(/^ {12}[A-Za-z0-9+/=]+$/gmu, "            BASE64")
      .replace(/(?: {12}BASE64\n)+/u, "            BASE64\n");
    expect(shape).toBe(
      [
        "a:",
        "    b: ENC",
        "sops:",
        "    age:",
        "        - enc: |",
        "            -----BEGIN AGE ENCRYPTED FILE-----",
        "            BASE64",
        "            -----END AGE ENCRYPTED FILE-----",
        `          recipient: ${mine.recipient}`,
        '    lastmodified: "2024-05-06T07:08:09Z"',
        "    mac: ENC",
        "    unencrypted_suffix: _unencrypted",
        "    version: 3.13.3",
        "",
      ].join("\n"),
    );
  });

  it.each<[string, PlainSecrets, string[]]>([
    ["no value", {}, [mine.recipient]],
    ["no recipient", { a: "v" }, []],
    ["a private key for a recipient", { a: "v" }, [mine.identity]],
    [
      "a recipient with a typing error",
      { a: "v" },
      [mine.recipient.slice(0, -1) + "b"],
    ],
    [
      "a recipient that breaks out of its line",
      { a: "v" },
      [`${mine.recipient}\n    mac: x`],
    ],
    [
      "a key that SOPS would leave readable",
      { a_unencrypted: "v" },
      [mine.recipient],
    ],
    ["the key of the metadata", { sops: "v" }, [mine.recipient]],
    ["an empty key", { "": "v" }, [mine.recipient]],
    ["half a character", { a: "\ud800" }, [mine.recipient]],
  ])("refuses %s", async (_name, secrets, recipients) => {
    const error: unknown = await createSopsYaml(
      secrets,
      recipients,
      options,
    ).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: "SEC018" });
    expect(String(error)).not.toContain("AGE-SECRET-KEY");
  });
});
