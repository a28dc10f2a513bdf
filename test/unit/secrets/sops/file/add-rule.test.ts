import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ruleText,
  withFolderRule,
} from "../../../../../src/secrets/sops/file/add-rule.ts";
import { parseCreationRule } from "../../../../../src/secrets/sops/file/sops-config.ts";

const OWN = `age1${"q".repeat(58)}`;
const OTHER = `age1${"p".repeat(58)}`;
const RULE = {
  path: "environments/prod/secrets.enc.yaml",
  recipients: [OWN],
};

async function recipientsFor(
  text: string,
  path: string,
): Promise<readonly (string | undefined)[]> {
  const rule = await parseCreationRule(text, ".sops.yaml", path);
  return (rule?.keyGroups ?? []).flatMap((group) =>
    group.map(({ fields }) => fields.get("recipient")),
  );
}

describe("withFolderRule", () => {
  const cases: Readonly<Record<string, string | null>> = {
    "no file": null,
    "an empty file": "",
    "nothing but comments": "# ours\n",
    "other settings only": "stores:\n  yaml:\n    indent: 2\n",
    "no line break at the end": "stores: {}",
    "a list without entries": "creation_rules:\n",
    "a list without a line break": "creation_rules:",
    "a list at the margin": `creation_rules:\n- age: ${OTHER}\n`,
    "comments everywhere": `# a\ncreation_rules: # b\n  # c\n  - age: ${OTHER} # d\n# e\n`,
    "a rule for everything": `creation_rules:\n    - path_regex: .*\n      age: ${OTHER}\n`,
    "windows line ends": `# a\r\ncreation_rules:\r\n  - age: ${OTHER}\r\n`,
    "settings behind the list": `creation_rules:\n  - age: ${OTHER}\nstores: {}\n`,
    "a document start": `---\ncreation_rules:\n  - age: ${OTHER}\n`,
    "a byte order mark": `\uFEFFcreation_rules:\n  - age: ${OTHER}\n`,
    "a rule in braces": `creation_rules:\n  - {path_regex: a, age: ${OTHER}}\n`,
  };

  it.each(Object.entries(cases))(
    "gives the folder its recipients and keeps every other byte: %s",
    async (_, text) => {
      const after = (await withFolderRule(text, RULE)) ?? "";
      expect(await recipientsFor(after, RULE.path)).toStrictEqual([OWN]);
      const kept = text ?? "";
      const lineEnd = kept.includes("\r\n") ? "\r\n" : "\n";
      const added = ["  ", "    ", ""]
        .map((indent) => ruleText(RULE, indent, lineEnd))
        .find((each) => after.includes(each));
      const rest = after.replace(added ?? "", "");
      if (text !== null && /^(\uFEFF|---\n)?.*creation_rules:/su.test(kept))
        expect(rest.trimEnd()).toBe(kept.trimEnd());
      else expect(rest.startsWith(kept)).toBe(true);
      if (kept.includes(OTHER) && !kept.includes("path_regex: a"))
        expect(
          await recipientsFor(after, "environments/dev/secrets.enc.yaml"),
        ).toStrictEqual([OTHER]);
    },
  );

  it.each([
    ["a list in brackets", `creation_rules: [{age: ${OTHER}}]\n`],
    ["braces", `{creation_rules: [{age: ${OTHER}}]}\n`],
    ["a mapping in its place", "creation_rules:\n  age: x\n"],
    ["two documents", `creation_rules:\n  - age: ${OTHER}\n---\na: 1\n`],
    ["no YAML", "creation_rules: [\n"],
    ["an alias for the list", "a: &a []\ncreation_rules: *a\n"],
    ["a list", "- a\n"],
  ])("finds no place in %s", async (_, text) => {
    expect(await withFolderRule(text, RULE)).toBeUndefined();
  });

  it("leaves a file alone that says so already, and no other", async () => {
    const text = `creation_rules:\n  - age: ${OWN}\n`;
    expect(await withFolderRule(text, RULE)).toBe(text);
    const more = `creation_rules:\n  - age: ${OWN},${OTHER}\n`;
    expect(await withFolderRule(more, RULE)).not.toBe(more);
    const partly = `creation_rules:\n  - age: ${OWN}\n    encrypted_regex: ^x$\n`;
    expect(await withFolderRule(partly, RULE)).not.toBe(partly);
  });

  it("is exact or gives up, for any text", async () => {
    const line = fc.constantFrom(
      "creation_rules:",
      "creation_rules: []",
      `  - age: ${OTHER}`,
      `- age: ${OTHER}`,
      "  - path_regex: prod",
      `    age: ${OTHER}`,
      "    key_groups: [{}]",
      "# comment",
      "  # comment",
      "stores: {}",
      "x: |",
      "---",
      "...",
      "",
      "\t",
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 6 }),
        fc.constantFrom("\n", "\r\n"),
        async (lines, lineEnd) => {
          const text = lines.join(lineEnd);
          const after = await withFolderRule(text, RULE);
          if (after === undefined) return;
          expect(await recipientsFor(after, RULE.path)).toStrictEqual([OWN]);
          const prefix = commonPrefix(text, after);
          // What was there is there, around one stretch that is new.
          expect(after.endsWith(text.slice(prefix))).toBe(true);
        },
      ),
      { numRuns: 100 + Number(process.env["TIELINE_PROPERTY_RUNS"] ?? "0") },
    );
  });
});

function commonPrefix(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  return at;
}
