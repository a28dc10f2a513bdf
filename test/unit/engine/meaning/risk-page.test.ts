import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { RISK_KINDS } from "../../../../src/engine/meaning/risk-kinds.ts";
import { plainText } from "../../../../src/util/plain-text.ts";
import {
  RISK_SAMPLES,
  sampleRisks,
  type RiskSample,
} from "../../../support/risk-samples.ts";

const PAGE = new URL("../../../../docs/guides/risks.md", import.meta.url);
const HEAD = "| code | level | sentence | rests on |";

/** The row of the guide that a sample gives. */
function rowOf(sample: RiskSample): readonly string[] {
  const { code, level } = sample;
  const found = sampleRisks(sample).find(
    (risk) => risk.code === code && risk.level === level,
  );
  const { evidence, source } = RISK_KINDS[code];
  const kinds = {
    plan: "the plan",
    documented: "documents",
    inferred: "inference",
  };
  return [
    `\`${code}\``,
    level,
    plainText(found?.message ?? "no such risk"),
    `${kinds[evidence]}: ${source}`,
  ];
}

/** Cells of the rows of the page's table, without what only aligns them. */
function rowsOf(page: string): (readonly string[])[] {
  const lines = page.split("\n");
  const start = lines.findIndex((line) => /^\| code +\|/u.test(line));
  const end = lines.findIndex((line, at) => at > start && line === "");
  return lines.slice(start + 2, end).map((line) =>
    line
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim()),
  );
}

describe("the guide to risks", () => {
  const rows = RISK_SAMPLES.map(rowOf);
  if (process.env["UPDATE_GOLDEN"] === "1") {
    const page = readFileSync(PAGE, "utf8");
    const [before = "", after = ""] = page.split(/\| code[\s\S]*?\n(?=\n)/u);
    const table = [
      HEAD,
      "| --- | --- | --- | --- |",
      ...rows.map((row) => `| ${row.join(" | ")} |`),
    ];
    writeFileSync(PAGE, `${before}${table.join("\n")}\n${after}`);
  }

  it("has every code at every level, with the sentence that the code says and what it rests on", () => {
    expect(rowsOf(readFileSync(PAGE, "utf8"))).toEqual(rows);
  });

  it("leaves out no code", () => {
    const shown = new Set(RISK_SAMPLES.map(({ code }) => code));
    expect([...shown]).toEqual(Object.keys(RISK_KINDS).sort());
  });

  it("marks in plans what is inferred, and says it in words", () => {
    for (const sample of RISK_SAMPLES) {
      const found = sampleRisks(sample).find(
        ({ code }) => code === sample.code,
      );
      const isInferred = RISK_KINDS[sample.code].evidence === "inferred";
      expect(found?.evidence, sample.code).toBe(
        isInferred ? "inferred" : undefined,
      );
      if (isInferred)
        expect(found?.message, sample.code).toMatch(
          /probably|is not documented/u,
        );
    }
  });

  it("has no sentence that begins with a pointer, or says of a creation that it changes", () => {
    for (const sample of RISK_SAMPLES)
      for (const { message } of sampleRisks(sample))
        expect(message).not.toMatch(/^"?\/|pointer|undefined/u);
  });
});
