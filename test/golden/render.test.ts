/**
 * Text as people see it. Each folder beside this file is a case: `input.json` names a renderer and
 * what it is given, `expected.txt` is what it must print. After an intended change:
 * `UPDATE_GOLDEN=1 npx vitest run test/golden`, and review the difference like code.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../src/domain/problem/diagnostic.ts";
import type { DriftReport } from "../../src/domain/drift.ts";
import type { Explanation } from "../../src/features/explain/report.ts";
import type { RemoteDetail } from "../../src/domain/problem/error.ts";
import { TransientError } from "../../src/domain/problem/error.ts";
import type { Plan, PlanChange } from "../../src/domain/generated/plan.ts";
import type { StatusReport } from "../../src/features/status/report.ts";
import { runForms } from "../../src/features/apply/forms.ts";
import { renderRun, type RunSummary } from "../../src/features/apply/text.ts";
import { driftForms } from "../../src/features/drift/forms.ts";
import { renderDrift } from "../../src/features/drift/text.ts";
import { renderExplanation } from "../../src/features/explain/text.ts";
import { changeCounts } from "../../src/features/plan/change-counts.ts";
import {
  planFindings,
  planRules,
} from "../../src/features/plan/plan-findings.ts";
import { renderPlanMarkdown } from "../../src/features/plan/markdown.ts";
import { COMMENT_BYTES } from "../../src/output/fit-markdown.ts";
import { renderPlan } from "../../src/features/plan/text.ts";
import { renderStatus } from "../../src/features/status/text.ts";
import {
  renderDiagnostics,
  renderError,
} from "../../src/output/diagnostics.ts";
import { codeQualityReport } from "../../src/output/code-quality.ts";
import { safe } from "../../src/output/escape.ts";
import { findingsForms } from "../../src/output/findings-forms.ts";
import type { ResultForms } from "../../src/output/written-forms.ts";
import { sumOfChanges } from "../../src/output/change-report.ts";
import type { ReportedFinding } from "../../src/output/findings.ts";
import { renderGithub } from "../../src/output/github.ts";
import { jsonText } from "../../src/output/json.ts";
import { sarifLog, type SarifOptions } from "../../src/output/sarif.ts";
import type { Style } from "../../src/output/style.ts";

/**
 * What an `input.json` may say. `repeat` makes a long plan out of one change, `#` in its key
 * becoming the number.
 */
type GoldenCase =
  | {
      readonly renderer: "plan";
      readonly input: Plan;
      readonly verbose?: boolean;
      readonly repeat?: {
        readonly count: number;
        readonly change: PlanChange;
      };
    }
  | { readonly renderer: "diagnostics"; readonly input: Diagnostic[] }
  | {
      readonly renderer: "error";
      readonly input: RemoteDetail & { readonly message: string };
    }
  | { readonly renderer: "run"; readonly input: RunSummary }
  | { readonly renderer: "drift"; readonly input: DriftReport }
  | { readonly renderer: "status"; readonly input: StatusReport }
  | { readonly renderer: "explanation"; readonly input: Explanation }
  | {
      readonly renderer: "sarif";
      readonly input: ReportedFinding[];
      readonly options: SarifOptions;
    }
  | {
      readonly renderer: "github";
      readonly input: ReportedFinding[];
      readonly prefix: string;
      /** Each finding this often. */
      readonly repeat?: number;
    };

const STYLE: Style = { color: false, width: 80 };
const HERE = import.meta.dirname;

function renderCase(given: GoldenCase): string {
  switch (given.renderer) {
    case "plan":
      return renderPlan(repeated(given), STYLE, {
        verbose: given.verbose ?? false,
      });
    case "diagnostics":
      return renderDiagnostics(given.input, STYLE);
    case "error":
      return renderError(
        new TransientError("INT001", given.input.message, {
          ...given.input,
          mayHaveCommitted: true,
        }),
        STYLE,
      );
    case "run":
      return renderRun(given.input, STYLE);
    case "drift":
      return renderDrift(given.input, STYLE);
    case "status":
      return renderStatus(given.input, STYLE);
    case "explanation":
      return renderExplanation(given.input, STYLE);
    case "sarif":
      return jsonText(sarifLog(given.input, given.options));
    case "github":
      return renderGithub(
        given.input.flatMap((each) =>
          Array.from({ length: given.repeat ?? 1 }, () => each),
        ),
        { prefix: given.prefix },
      );
  }
}

function formsOf(given: GoldenCase): ResultForms {
  const found = (findings: readonly ReportedFinding[]): ResultForms =>
    findingsForms({
      findings,
      root: ".",
      whole: "tieline validate",
      nothing: safe`nothing found`,
    });
  switch (given.renderer) {
    case "run":
      return runForms({ ...given.input, planned: [], unrecorded: null }, ".");
    case "drift":
      return driftForms(given.input, { root: ".", places: new Map() });
    case "diagnostics":
      return found(given.input.map((diagnostic) => ({ diagnostic })));
    case "github":
      return found(given.input);
    default:
      throw new TypeError("it has no other form");
  }
}

function repeated(given: Extract<GoldenCase, { renderer: "plan" }>): Plan {
  const { input, repeat } = given;
  if (repeat === undefined) return input;
  const more = Array.from({ length: repeat.count }, (_, index) => ({
    ...repeat.change,
    key: repeat.change.key.replace("#", String(index).padStart(4, "0")),
  }));
  return { ...input, changes: [...more, ...input.changes] };
}

const cases = readdirSync(HERE, { withFileTypes: true })
  .filter((entry) => existsSync(join(HERE, entry.name, "input.json")))
  .map((entry) => entry.name)
  .sort();

function caseOf(name: string): GoldenCase {
  // The cases are ours and reviewed; what they hold is shown by the text they give.
  return JSON.parse(
    readFileSync(join(HERE, name, "input.json"), "utf8"),
  ) as GoldenCase;
}

function expectGolden(name: string, file: string, text: string): void {
  const expectedFile = join(HERE, name, file);
  if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(expectedFile, text);
  expect(text).toBe(readFileSync(expectedFile, "utf8"));
}

describe("golden texts", () => {
  it.each(cases)("%s", (name) => {
    expectGolden(name, "expected.txt", renderCase(caseOf(name)));
  });

  const plans = cases.filter(
    (name) => name.startsWith("plan-") && !name.endsWith("-verbose"),
  );

  it.each(plans)("%s as Markdown", (name) => {
    const given = caseOf(name);
    if (given.renderer !== "plan") throw new TypeError("not a plan");
    const text = renderPlanMarkdown(repeated(given), {
      maxBytes: COMMENT_BYTES,
      whole: "tieline show plan.json --verbose",
      next: "tieline apply plan.json",
    });
    expectGolden(name, "expected.md", text);
  });

  const others = cases.filter((name) =>
    /^(?:run|drift|diagnostics|github)/u.test(name),
  );

  it.each(others)("%s as Markdown", (name) => {
    const { markdown } = formsOf(caseOf(name));
    expectGolden(name, "expected.md", markdown?.(COMMENT_BYTES) ?? "");
  });

  it("diagnostics as a Code Quality report", () => {
    const given = caseOf("diagnostics");
    if (given.renderer !== "diagnostics") throw new TypeError("no diagnostics");
    const findings = given.input.map((diagnostic) => ({ diagnostic }));
    const report = codeQualityReport(findings, { prefix: "config/" });
    expectGolden("diagnostics", "expected.gitlab.json", jsonText(report));
  });

  const told = ["plan-every-action", "plan-hostile", "plan-refused"];

  it.each(told)("%s as findings", (name) => {
    const given = caseOf(name);
    if (given.renderer !== "plan") throw new TypeError("not a plan");
    const plan = repeated(given);
    const findings = planFindings(plan);
    const rules = planRules([plan]);
    const options = { prefix: "", version: "1.0.0", rules };
    expectGolden(name, "expected.sarif", jsonText(sarifLog(findings, options)));
    expectGolden(name, "expected.github.txt", renderGithub(findings, options));
    expectGolden(
      name,
      "expected.gitlab.json",
      jsonText(sumOfChanges([changeCounts(plan)])),
    );
  });
});
