import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { COMMANDS } from "../../../src/cli/generated/commands.ts";
import { formOf, WRITERS } from "../../../src/command/forms.ts";

const PAGE = new URL("../../../docs/guides/outputs.md", import.meta.url);

/** Commands with their forms besides text and JSON, in the order of help. */
function rows(): readonly (readonly [string, string])[] {
  return COMMANDS.flatMap((entry) => {
    if ("subcommands" in entry) return [];
    const { output } = entry.options;
    if (output?.kind !== "choice") return [];
    const forms = output.choices.filter(
      (form) => form !== "text" && form !== "json",
    );
    return [
      [
        `\`${entry.name}\``,
        forms.map((form) => `\`${form}\``).join(", "),
      ] as const,
    ];
  });
}

/** Cells of the table, without what only aligns them. */
function cellsOf(page: string): readonly (readonly string[])[] {
  return page
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) =>
      line
        .slice(1, -1)
        .split("|")
        .map((cell) => cell.trim()),
    );
}

describe("the guide to outputs", () => {
  if (process.env["UPDATE_GOLDEN"] === "1") {
    const page = readFileSync(PAGE, "utf8");
    const [before = "", after = ""] = page.split(/\| command[\s\S]*?\n(?=\n)/u);
    const table = [
      "| command | `--output` |",
      "| --- | --- |",
      ...rows().map((row) => `| ${row.join(" | ")} |`),
    ];
    writeFileSync(PAGE, `${before}${table.join("\n")}\n${after}`);
  }

  it("has every command with the forms that its definition has", () => {
    expect(cellsOf(readFileSync(PAGE, "utf8"))).toEqual(rows());
  });

  it("explains every form", () => {
    const page = readFileSync(PAGE, "utf8");
    for (const { form } of Object.values(WRITERS))
      if (form !== "text" && form !== "json")
        expect(page).toContain(`- **${form}**`);
  });
});

describe("a form", () => {
  it("is text for every other word", () => {
    expect(formOf("sarif")).toBe("sarif");
    expect(formOf(undefined)).toBe("text");
    expect(formOf("toString")).toBe("text");
  });
});
