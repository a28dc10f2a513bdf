import { execFileSync, spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSopsYaml } from "../../src/secrets/sops/file/create.ts";
import { goText } from "../../src/secrets/sops/core/go-text.ts";
import { openSops } from "../../src/secrets/sops/file/open.ts";
import type { SopsNode } from "../../src/secrets/sops/core/tree.ts";
import { ageProvider, anIdentity } from "../support/sops-builder.ts";

const hasProgram =
  spawnSync("sops", ["--version", "--disable-version-check"]).status === 0;
const mine = await anIdentity();
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tieline-sops-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function sops(
  args: readonly string[],
  name: string,
  text: string,
): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, text);
  return execFileSync("sops", [...args, file], {
    encoding: "utf8",
    cwd: folder,
    env: {
      PATH: process.env["PATH"],
      HOME: folder,
      SOPS_AGE_KEY: mine.identity,
      SOPS_DISABLE_VERSION_CHECK: "1",
    },
  });
}

function plain(node: SopsNode): unknown {
  if (node.kind === "map")
    return Object.fromEntries(
      [...node.entries].map(([key, value]) => [key, plain(value)]),
    );
  if (node.kind === "list") return node.items.map(plain);
  return node.kind === "null" ? null : goText(node);
}

describe.skipIf(!hasProgram)(
  "the sops program (skipped where it is not installed)",
  () => {
    it("opens what we write", async () => {
      const secrets = {
        _tieline: { fingerprint_key: "AAAA" },
        gmail: {
          "client secret": "a\nb",
          "a: b": "x",
          "123": "n",
          yes: "y",
          null: "0",
          "~": "t",
          'é"\\': "ü",
        },
        empty: "",
        none: {},
        "- x": "dash",
        "#c": "hash",
        "2001-01-01": "date",
        "1e3": "exp",
        "<<": "merge",
      };
      const text = await createSopsYaml(secrets, [mine.recipient], {
        path: "s.yaml",
        lastModified: new Date(),
      });
      expect(
        JSON.parse(
          await sops(["decrypt", "--output-type", "json"], "ours.yaml", text),
        ),
      ).toEqual(secrets);
    });

    it.each<[string, string, readonly string[], readonly unknown[]]>([
      [
        "yaml",
        "a: text\nb: 5\nc: 1.50\nd: true\ne: null\nf: [1, two, {g: 2001-12-14}]\nh: 0o17\ni: 1e21\n# note\nj:\n  # in list\n  - x # end\n",
        [],
        [
          {
            a: "text",
            b: "5",
            c: "1.5",
            d: "True",
            e: null,
            f: ["1", "two", { g: "2001-12-14T00:00:00Z" }],
            h: "15",
            i: "1000000000000000000000",
            j: ["x"],
          },
        ],
      ],
      [
        "yaml",
        "a: 017\nb: 1_000\nc: 2001-12-14 01:02:03.50\nd: 1e-7\ne: yes\ns_secret: hidden\n",
        ["--encrypted-regex", "(?i)_SECRET$"],
        [
          {
            a: "15",
            b: "1000",
            c: "2001-12-14T01:02:03.5Z",
            d: "0.0000001",
            e: "yes",
            s_secret: "hidden",
          },
        ],
      ],
      [
        "yaml",
        "a: x\nb_plain: 3.0\n---\nc: y\n",
        ["--unencrypted-suffix", "_plain", "--mac-only-encrypted"],
        [{ a: "x", b_plain: "3" }, { c: "y" }],
      ],
      [
        "json",
        '{"2":"b","1":"a","n":[1,2.5,1e3,true,null,""],"big":9007199254740993,"u":"<&>\\u2028"}',
        [],
        [
          {
            "2": "b",
            "1": "a",
            n: ["1", "2.5", "1000", "True", null, ""],
            big: "9007199254740993",
            u: "<&>\u2028",
          },
        ],
      ],
    ])(
      "writes %s that we open: %j %j",
      async (format, source, flags, wanted) => {
        // The subcommand form lacks some of the flags; the older form has them all.
        const args = ["--encrypt", "--age", mine.recipient, ...flags];
        const text = await sops(args, `theirs.${format}`, source);
        const opened = await openSops(Buffer.from(text), {
          path: `s.${format}`,
          providers: [ageProvider(mine.identity)],
        });
        expect(opened.documents.map(plain)).toEqual(wanted);
      },
    );
  },
);
