import { execFileSync, spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SopsEditor } from "../../src/secrets/sops/edit/editor.ts";
import {
  plainText,
  takePlainText,
} from "../../src/secrets/sops/edit/edit-plain.ts";
import { createEmptySops } from "../../src/secrets/sops/edit/new-file.ts";
import { openSops, type OpenedSops } from "../../src/secrets/sops/file/open.ts";
import {
  rotateSops,
  updateSopsKeys,
} from "../../src/secrets/sops/edit/rekey.ts";
import { findCreationRule } from "../../src/secrets/sops/file/sops-config.ts";
import { sopsString } from "../../src/secrets/sops/core/tree.ts";
import {
  anyRecipient,
  ageProvider,
  anIdentity,
} from "../support/sops-builder.ts";

const hasProgram =
  spawnSync("sops", ["--version", "--disable-version-check"]).status === 0;
const mine = await anIdentity();
const other = await anIdentity();
const providers = [ageProvider(mine.identity)];
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tieline-write-"));
  await allow(mine.recipient);
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function allow(...recipients: readonly string[]): Promise<void> {
  await writeFile(
    join(folder, ".sops.yaml"),
    `creation_rules:\n  - path_regex: groups/\n    key_groups:\n      - age: [${mine.recipient}]\n      - age: [${other.recipient}]\n  - age: ${recipients.join(",")}\n`,
  );
}

async function sops(args: readonly string[], who = mine): Promise<string> {
  return execFileSync("sops", args, {
    encoding: "utf8",
    cwd: folder,
    env: {
      PATH: process.env["PATH"],
      HOME: folder,
      SOPS_AGE_KEY: who.identity,
      SOPS_DISABLE_VERSION_CHECK: "1",
    },
  });
}

async function decrypted(
  name: string,
  bytes: Uint8Array | string,
  who = mine,
): Promise<unknown> {
  await writeFile(join(folder, name), bytes);
  return JSON.parse(
    await sops(["decrypt", "--output-type", "json", name], who),
  );
}

async function open(name: string): Promise<OpenedSops> {
  return openSops(await readFile(join(folder, name)), {
    path: name,
    providers,
  });
}

async function options(
  name = "s.yaml",
): Promise<Parameters<typeof rotateSops>[1]> {
  const rule = await findCreationRule(join(folder, name));
  if (rule === undefined) throw new Error("no rule");
  return { rule, providers, consent: anyRecipient, now: new Date() };
}

describe.skipIf(!hasProgram)(
  "the sops program (skipped where it is not installed)",
  () => {
    it.each(["new.yaml", "new.json", "new.env"])(
      "opens the new file %s",
      async (name) => {
        const empty = await createEmptySops(name, await options(name));
        const editor = new SopsEditor(empty);
        const wanted = name.endsWith(".env")
          ? { A: "one", B: "two\nlines", E: "" }
          : { A: "one", B: "two\nlines", E: "", "odd key: #": "v" };
        for (const [key, value] of Object.entries(wanted))
          editor.set([key], sopsString(value));
        expect(await decrypted(name, await editor.finish(new Date()))).toEqual(
          wanted,
        );
      },
    );

    it.each(["e.yaml", "e.json", "e.env"])(
      "opens its own file %s after each kind of change here",
      async (name) => {
        const isFlat = name.endsWith(".env");
        const plain = name.endsWith(".json")
          ? '{"a": "one", "m": {"n": 5, "l": [true, 1.5]}, "z": "last"}'
          : isFlat
            ? "# note\na=one\nz=last\n"
            : "# note\na: one # inline\nm:\n    # inner\n    n: 5\n    l:\n        # item\n        - true\n        - 1.5\nz: last\n";
        await writeFile(join(folder, name), plain);
        await sops(["encrypt", "--in-place", name]);
        const full = isFlat
          ? { a: "one", z: "last" }
          : { a: "one", m: { n: 5, l: [true, 1.5] }, z: "last" };

        const editor = new SopsEditor(await open(name));
        editor.set(["a"], sopsString("changed"));
        editor.set(isFlat ? ["b"] : ["m", "b", "c"], sopsString("new"));
        editor.unset(["z"]);
        const now = isFlat
          ? { a: "changed", b: "new" }
          : { a: "changed", m: { n: 5, l: [true, 1.5], b: { c: "new" } } };
        expect(await decrypted(name, await editor.finish(new Date()))).toEqual(
          now,
        );
        expect(full).not.toEqual(now);

        const rotated = await rotateSops(await open(name), await options(name));
        expect(await decrypted(name, rotated)).toEqual(now);
        if (name.endsWith(".yaml")) {
          const text = await sops(["decrypt", name]);
          for (const comment of ["# note", "# inline", "# inner", "# item"])
            expect(text).toContain(comment);
        }

        const opened = await open(name);
        const whole = new SopsEditor(opened);
        takePlainText(
          whole,
          opened,
          plainText(whole, opened).replace("changed", "edited"),
        );
        expect(await decrypted(name, await whole.finish(new Date()))).toEqual({
          ...now,
          a: "edited",
        });
      },
    );

    it("opens what updatekeys wrote, for the new recipient", async () => {
      await allow(mine.recipient, other.recipient);
      try {
        const bytes = await updateSopsKeys(
          await open("e.yaml"),
          await options(),
        );
        expect(await decrypted("u.yaml", bytes ?? "", other)).toMatchObject({
          a: "edited",
        });
      } finally {
        await allow(mine.recipient);
      }
    });

    it("opens a file of two key groups, and we open one it wrote", async () => {
      const both = { ...mine, identity: `${mine.identity}\n${other.identity}` };
      const empty = await createEmptySops(
        "g.yaml",
        await options("groups/g.yaml"),
      );
      const editor = new SopsEditor(empty);
      editor.set(["a"], sopsString("one"));
      expect(
        await decrypted("g.yaml", await editor.finish(new Date()), both),
      ).toEqual({ a: "one" });
      const rotated = execFileSync("sops", ["rotate", "g.yaml"], {
        cwd: folder,
        env: {
          PATH: process.env["PATH"],
          HOME: folder,
          SOPS_AGE_KEY: both.identity,
        },
      });
      const opened = await openSops(rotated, {
        path: "g.yaml",
        providers: [ageProvider(mine.identity, other.identity)],
      });
      expect([...opened.tree.entries.keys()]).toEqual(["a"]);
      await expect(
        openSops(rotated, { path: "g.yaml", providers }),
      ).rejects.toMatchObject({ code: "SEC008" });
    });
  },
);
