/** Every result that has more forms than text and JSON, with its free-text slots filled. */
import type { Plan } from "../../src/domain/generated/plan.ts";
import { UserError } from "../../src/domain/problem/error.ts";
import { runForms } from "../../src/features/apply/forms.ts";
import { comparisonForms } from "../../src/features/compare/forms.ts";
import type { Comparison } from "../../src/features/compare/report.ts";
import { diffForms } from "../../src/features/diff/forms.ts";
import type { EnvironmentDiff } from "../../src/features/diff/diff.ts";
import { driftForms } from "../../src/features/drift/forms.ts";
import { planForms } from "../../src/features/plan/plan-forms.ts";
import { safe } from "../../src/output/escape.ts";
import { findingsForms } from "../../src/output/findings-forms.ts";
import type { ResultForms } from "../../src/output/written-forms.ts";
import {
  aFullChange,
  aFullDiagnostic,
  aFullDriftReport,
  aFullOutcome,
  aFullPlan,
  aFullReceipt,
  type Fill,
} from "./render-samples.ts";

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** A plan whose every change is a deletion that somebody has to decide on. */
export function aLargePlan(fill: Fill, count: number): Plan {
  return {
    ...aFullPlan(fill),
    changes: times(count, (index) => ({
      ...aFullChange(fill, "delete"),
      key: fill(`c${String(index)}`),
      risks: [
        {
          code: "connection.deleted",
          level: "critical",
          message: fill("Deletes the connection"),
        },
      ],
    })),
  };
}

function aComparison(fill: Fill, count: number): Comparison {
  const location = { file: fill("connections/a.yaml"), line: 3, column: 1 };
  const lonely = { key: fill("slack"), provider: fill("slack"), location };
  return {
    left: fill("staging"),
    right: fill("prod"),
    both: times(count, (index) => ({
      key: fill(`c${String(index)}`),
      fields: [
        {
          path: fill("/settings/user_agent"),
          semantics: "scalar",
          left: { value: fill("a"), location },
          right: { value: fill("b") },
          declared: null,
        },
        {
          path: fill("/scopes"),
          semantics: "set",
          left: { value: [fill("read")], location },
          right: { value: [fill("send")], location },
          declared: "varies",
        },
      ],
    })),
    onlyLeft: [lonely],
    onlyRight: [lonely],
  };
}

function diffs(fill: Fill, count: number): EnvironmentDiff[] {
  const hidden = times(Math.min(count, 300), () => ({
    key: fill("gmail"),
    path: fill("/owner"),
    file: fill("connections/gmail.yaml"),
    hiddenBy: fill("environments/prod/gmail.yaml"),
    before: fill("a"),
    after: fill("b"),
    stays: fill("c"),
  }));
  return [
    {
      kind: "changed",
      name: fill("prod"),
      plan: { ...aLargePlan(fill, count), environment: fill("prod") },
      // A place in a document is nothing that is written.
      hidden: hidden as unknown as Extract<
        EnvironmentDiff,
        { kind: "changed" }
      >["hidden"],
    },
    {
      kind: "added",
      name: fill("new"),
      plan: { ...aFullPlan(fill), environment: fill("new") },
      hidden: [],
    },
    { kind: "same", name: fill("same"), plan: aFullPlan(fill), hidden: [] },
    { kind: "removed", name: fill("old"), connectionCount: 3 },
    {
      kind: "unreadable",
      name: fill("odd"),
      diagnostics: times(count, () => aFullDiagnostic(fill)),
    },
  ];
}

const STATUSES = ["failed", "unknown", "skipped", "applied"] as const;

/** How a result of so many things is made. */
export type SampleForms = (fill: Fill, count: number) => ResultForms;

export const RESULTS: Readonly<Record<string, SampleForms>> = {
  plan: (fill, count) =>
    planForms(aLargePlan(fill, count), {
      next: fill("tieline apply prod"),
      whole: fill("tieline plan prod --verbose"),
      root: ".",
    }),
  findings: (fill, count) =>
    findingsForms({
      findings: times(count, () => ({ diagnostic: aFullDiagnostic(fill) })),
      root: ".",
      whole: fill("tieline lint"),
      nothing: safe`nothing found`,
      closing: [safe`${fill("do this")}`],
    }),
  drift: (fill, count) => {
    const report = aFullDriftReport(fill);
    const drifted = times(count, () => report.drifted).flat();
    return driftForms({ ...report, drifted }, { root: ".", places: new Map() });
  },
  comparison: (fill, count) => comparisonForms(aComparison(fill, count), true),
  run: (fill, count) =>
    runForms(
      {
        ...aFullReceipt(fill),
        outcomes: times(count, (index) => ({
          ...aFullOutcome(fill, STATUSES[index % 4] ?? "failed"),
          redirectUri: fill("https://example.test/callback"),
        })),
        planned: [{ key: fill("never begun"), action: fill("update") }],
        unreadable: [fill("odd")],
        unrecorded: new UserError("STA035", fill("the state is not written"), {
          why: fill("the disk is full"),
        }),
      },
      ".",
    ),
  diff: (fill, count) =>
    diffForms(
      { from: fill("main"), to: fill("HEAD") },
      diffs(fill, count),
      ".",
    ),
};
