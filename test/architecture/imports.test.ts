import { cruise, type ICruiseResult } from "dependency-cruiser";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { importRules } from "./ranks.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

async function violationsIn(baseDir: string): Promise<string[]> {
  const { output } = await cruise(["src"], {
    baseDir,
    validate: true,
    ruleSet: { forbidden: importRules() },
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: {
      extensions: [".ts", ".js", ".json"],
      exportsFields: ["exports"],
      conditionNames: ["import", "node"],
    },
  });
  // Without an output type the reporter hands back the result as an object.
  const result = output as ICruiseResult;
  return result.summary.violations.map(
    (violation) =>
      `${violation.rule.name}: ${violation.from} -> ${violation.to}`,
  );
}

describe("imports", () => {
  it("go down the ranks only, through ports, without cycles", async () => {
    expect(await violationsIn(ROOT)).toEqual([]);
  });
});

describe("the import rules themselves", () => {
  let folder = "";
  beforeAll(async () => {
    // Inside the repository, so that packages resolve; removed afterwards.
    await mkdir(join(ROOT, ".tieline"), { recursive: true });
    folder = await mkdtemp(join(ROOT, ".tieline", "planted-"));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  const planted: readonly (readonly [
    rule: string,
    files: Readonly<Record<string, string>>,
  ])[] = [
    [
      "domain-not-up",
      {
        "domain/a.ts":
          'import type { E } from "../engine/e.ts"; export type A = E;',
        "engine/e.ts": "export type E = 1;",
      },
    ],
    [
      "engine-not-sideways",
      {
        "engine/a.ts":
          'import type { R } from "../output/r.ts"; export type A = R;',
        "output/r.ts": "export type R = 1;",
      },
    ],
    [
      "adapters-see-ports-only",
      {
        "drivers/x/a.ts":
          'import { b } from "../../engine/b.ts"; export const a = b;',
        "engine/b.ts": "export const b = 1;",
      },
    ],
    [
      "drivers-stay-apart",
      {
        "drivers/x/a.ts": 'import { b } from "../y/b.ts"; export const a = b;',
        "drivers/y/b.ts": "export const b = 1;",
      },
    ],
    [
      "pure-folders-use-no-node",
      {
        "engine/a.ts":
          'import { join } from "node:path"; export const a = join;',
      },
    ],
    [
      "features-stay-apart",
      {
        "features/drift/a.ts":
          'import { b } from "../lint/b.ts"; export const a = b;',
        "features/lint/b.ts": "export const b = 1;",
      },
    ],
    [
      "features-stay-apart",
      {
        "features/lint/a.ts":
          'import { b } from "../drift/b.ts"; export const a = b;',
        "features/drift/b.ts": "export const b = 1;",
      },
    ],
    [
      "reports-and-texts-are-pure",
      {
        "features/drift/text.ts":
          'import type { B } from "../../ports/b.ts"; export type A = B;',
        "ports/b.ts": "export type B = 1;",
      },
    ],
    [
      "definitions-are-data",
      {
        "features/drift/command.ts":
          'import { b } from "./drift.ts"; export const a = b;',
        "features/drift/drift.ts": "export const b = 1;",
      },
    ],
    [
      "definitions-load-runs-late",
      {
        "features/drift/command.ts":
          'import { b } from "./run.ts"; export const a = b;',
        "features/drift/run.ts": "export const b = 1;",
      },
    ],
    [
      "only-runs-see-the-outside",
      {
        "features/drift/drift.ts":
          'import { b } from "../../drivers/b.ts"; export const a = b;',
        "drivers/b.ts": "export const b = 1;",
      },
    ],
    [
      "no-cycles",
      {
        "util/a.ts": 'import type { B } from "./b.ts"; export type A = B;',
        "util/b.ts": 'import type { A } from "./a.ts"; export type B = A;',
      },
    ],
  ];
  it.each(planted)("report a planted violation of %s", async (rule, files) => {
    const base = await mkdtemp(join(folder, "case-"));
    for (const [path, text] of Object.entries(files)) {
      await mkdir(join(base, "src", path, ".."), { recursive: true });
      await writeFile(join(base, "src", path), text);
    }
    const violations = await violationsIn(base);
    expect(violations.some((violation) => violation.startsWith(rule))).toBe(
      true,
    );
  });
});
