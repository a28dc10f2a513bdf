/*
 * The laws of every form of every result: whatever a document holds stays text where it is put, and
 * however much there is, each form keeps within what its reader takes.
 */
import { describe, expect, it } from "vitest";
import { codeQualityReport } from "../../src/output/code-quality.ts";
import {
  COMMENT_BYTES,
  STEP_SUMMARY_BYTES,
} from "../../src/output/fit-markdown.ts";
import { renderGithub } from "../../src/output/github.ts";
import { jsonText } from "../../src/output/json.ts";
import { sarifLog } from "../../src/output/sarif.ts";
import { plainOutput } from "../../src/util/plain-text.ts";
import { parsers } from "../support/markup.ts";
import { friendly, type Fill } from "../support/render-samples.ts";
import { RESULTS, type SampleForms } from "../support/result-samples.ts";
import {
  elementsOf,
  HOSTILE_MARKUP,
  markdownFacts,
} from "../support/written-pages.ts";

const results = Object.entries(RESULTS);
/** From what is left of a summary to a whole one. */
const ROOMS = [20_000, COMMENT_BYTES, STEP_SUMMARY_BYTES];
const PLACE = { prefix: "", version: "1.0.0" };

/** What of a machine form must not depend on texts: everything but the texts. */
function machineFacts(make: SampleForms, fill: Fill) {
  const { findings, changes } = make(fill, 4);
  const log = findings?.();
  if (log === undefined) return { changes: changes?.() };
  const annotations = renderGithub(log.findings, PLACE);
  expect(
    plainOutput(annotations, { isPainted: false, hasCommands: true }),
  ).toBe(annotations);
  const sarif = jsonText(
    sarifLog(log.findings, { ...PLACE, rules: log.rules ?? [] }),
  );
  const quality = jsonText(codeQualityReport(log.findings, PLACE));
  for (const text of [sarif, quality])
    expect(plainOutput(text, { isPainted: false })).toBe(text);
  return {
    changes: changes?.(),
    annotations: annotations.split("\n").map((line) => {
      const [, kind = "", properties = ""] =
        /^::(\w+) (.*?)::/u.exec(line) ?? [];
      return [kind, ...properties.split(",").map((each) => each.split("=")[0])];
    }),
    // Rules are named after codes, which no document writes.
    sarif: membersOf(
      (JSON.parse(sarif) as { runs: { results: unknown }[] }).runs.map(
        ({ results: all }) => all,
      ),
    ),
    quality: membersOf(JSON.parse(quality)),
  };
}

function membersOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(membersOf);
  if (typeof value !== "object" || value === null) return typeof value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, membersOf(each)]),
  );
}

describe.each(results)("%s", (_name, make) => {
  it.skipIf(parsers === undefined).each(HOSTILE_MARKUP)(
    "has nothing in it that %j made",
    (evil) => {
      const written = (fill: Fill) => {
        const { markdown, html } = make(fill, 4);
        const text = markdown?.(STEP_SUMMARY_BYTES) ?? "";
        const page = html?.() ?? "";
        expect(plainOutput(text, { isPainted: false })).toBe(text);
        expect(plainOutput(page, { isPainted: false })).toBe(page);
        return {
          markdown: markdownFacts(text),
          html: elementsOf(page),
          machine: machineFacts(make, fill),
        };
      };
      const { markdown, html, machine } = written(friendly);
      const hostile = written((label) => `${label} ${evil}`);
      expect(hostile.markdown).toEqual({
        shape: markdown.shape,
        reference: undefined,
      });
      expect(hostile.html).toEqual(html);
      expect(hostile.machine).toEqual(machine);
    },
  );

  it.each([1, 100, 10_000])(
    "keeps within every limit when there are %i",
    (count) => {
      const long: Fill = (label) => `${label} ${"\u200d@é".repeat(10)}`;
      const isLarge = count > 1_000;
      for (const fill of isLarge ? [long] : [friendly, long]) {
        const { markdown, findings } = make(fill, count);
        for (const most of isLarge ? [COMMENT_BYTES] : ROOMS) {
          const text = markdown?.(most) ?? "";
          expect(Buffer.byteLength(text)).toBeLessThanOrEqual(most);
          const opened = text.match(/<(?:details|pre)>/gu)?.length ?? 0;
          const closed = text.match(/<\/(?:details|pre)>/gu)?.length ?? 0;
          expect(opened).toBe(closed);
        }
        const log = findings?.();
        if (log === undefined) continue;
        const lines = renderGithub(log.findings, PLACE).split("\n");
        for (const kind of ["error", "warning", "notice"])
          expect(
            lines.filter((line) => line.startsWith(`::${kind} `)).length,
          ).toBeLessThanOrEqual(10);
      }
    },
    30_000,
  );
});

describe("the sheet of a difference", () => {
  it("names every connection that somebody decides about", () => {
    const text = RESULTS["diff"]?.(friendly, 100).markdown?.(COMMENT_BYTES);
    for (let index = 0; index < 100; index += 1)
      expect(text).toMatch(new RegExp(`\\bc${String(index)}\\b`, "u"));
  });
});
