import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { SopsEditor } from "../../../../../src/secrets/sops/edit/editor.ts";
import { createEmptySops } from "../../../../../src/secrets/sops/edit/new-file.ts";
import { openSops } from "../../../../../src/secrets/sops/file/open.ts";
import { updateSopsKeys } from "../../../../../src/secrets/sops/edit/rekey.ts";
import {
  parseCreationRule,
  type CreationRule,
} from "../../../../../src/secrets/sops/file/sops-config.ts";
import {
  sopsString,
  type SopsMap,
} from "../../../../../src/secrets/sops/core/tree.ts";
import { VerifiedFile } from "../../../../../src/secrets/sops/file/verified-file.ts";
import {
  anyRecipient,
  ageProvider,
  anIdentity,
} from "../../../../support/sops-builder.ts";

const NOW = new Date("2025-01-02T03:04:05Z");
const keys = [await anIdentity(), await anIdentity(), await anIdentity()];
const all = [ageProvider(...keys.map(({ identity }) => identity))];
const none = [ageProvider()];

/** The rule with the first `count` keys, one in each group. */
async function ruleOf(count: number, threshold = ""): Promise<CreationRule> {
  const groups = keys
    .slice(0, count)
    .map(({ recipient }) => `      - age: [${recipient}]\n`);
  const rule = await parseCreationRule(
    `creation_rules:\n  - ${threshold}key_groups:\n${groups.join("")}`.replace(
      "#",
      "\n    ",
    ),
    ".sops.yaml",
    "s.yaml",
  );
  if (rule === undefined) throw new Error("no rule");
  return rule;
}

async function aFile(
  count: number,
  threshold?: string,
): Promise<{ bytes: Buffer; documents: readonly SopsMap[] }> {
  const rule = await ruleOf(count, threshold);
  const empty = await createEmptySops("s.yaml", {
    rule,
    providers: all,
    consent: anyRecipient,
    now: NOW,
  });
  const editor = new SopsEditor(empty);
  editor.set(["a"], sopsString("one"));
  return { bytes: await editor.finish(NOW), documents: editor.documents };
}

describe("a file that is about to replace another", () => {
  it("is taken when it opens to what it should, and when it is for others to open", async () => {
    const { bytes, documents } = await aFile(1);
    for (const providers of [all, none])
      expect(
        (
          await VerifiedFile.open(bytes, {
            path: "s.yaml",
            providers,
            documents,
          })
        ).bytes,
      ).toBe(bytes);
  });

  it("is refused when a key at hand gives something else than was meant", async () => {
    const { bytes } = await aFile(1);
    const documents = [
      { kind: "map", entries: new Map([["a", sopsString("two")]]) },
    ] as const;
    await expect(
      VerifiedFile.open(bytes, { path: "s.yaml", providers: all, documents }),
    ).rejects.toMatchObject({ code: "SEC018" });
  });

  it.each([
    [
      "a damaged copy of the data key",
      /^( +)[A-Za-z0-9+/]{64}$/mu,
      `$1${"A".repeat(64)}`,
    ],
    [
      "a threshold no groups can meet",
      /shamir_threshold: 3/u,
      "shamir_threshold: 4",
    ],
    ["a threshold of one", /shamir_threshold: 3/u, "shamir_threshold: 1"],
  ])(
    "is refused for %s, with keys and without where that can be seen",
    async (name, what, by) => {
      const { bytes, documents } = await aFile(3);
      const text = bytes.toString("utf8").replace(what, by);
      expect(text).not.toBe(bytes.toString("utf8"));
      const open = (providers = all): Promise<VerifiedFile> =>
        VerifiedFile.open(Buffer.from(text), {
          path: "s.yaml",
          providers,
          documents,
        });
      await expect(open()).rejects.toMatchObject({
        code: expect.stringMatching(/SEC018|SEC022/u) as string,
      });
      if (!name.startsWith("a damaged"))
        await expect(open(none)).rejects.toMatchObject({ code: "SEC022" });
    },
  );

  it.each([
    [
      "the file's own, lowered to the groups that are left",
      "shamir_threshold: 3#",
      "",
    ],
    ["the rule's", "", "shamir_threshold: 2#"],
    ["all groups where nobody says", "", ""],
  ])(
    "opens after a key group was dropped, with a threshold of %s",
    async (_name, before, after) => {
      const { bytes, documents } = await aFile(3, before);
      const opened = await openSops(bytes, { path: "s.yaml", providers: all });
      const updated = await updateSopsKeys(opened, {
        rule: await ruleOf(2, after),
        providers: all,
        consent: anyRecipient,
        now: NOW,
      });
      const providers = [
        ageProvider(...keys.slice(0, 2).map(({ identity }) => identity)),
      ];
      await VerifiedFile.open(updated ?? Buffer.of(), {
        path: "s.yaml",
        providers,
        documents,
      });
      const again = await openSops(updated ?? Buffer.of(), {
        path: "s.yaml",
        providers,
      });
      expect(again.file.metadata.shamirThreshold).toBe(2);
    },
  );

  it("comes from no other place than its check", () => {
    const folder = join(import.meta.dirname, "../../../../../src");
    const importers = readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .filter((file) =>
        /from "[^"]*\/atomic-write\.ts"/u.test(
          readFileSync(join(folder, file), "utf8"),
        ),
      );
    expect(importers).toEqual(["features/secrets/write-file.ts"]);
  });
});
