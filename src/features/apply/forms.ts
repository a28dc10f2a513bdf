import { ENVIRONMENTS_FOLDER } from "../../domain/document-folders.ts";
import type { AppError } from "../../domain/problem/error.ts";
import type { Outcome } from "../../domain/state/outcome.ts";
import { safe } from "../../output/escape.ts";
import { outcomeText } from "../../output/event-text.ts";
import type { ReportedFinding } from "../../output/findings.ts";
import {
  MOST_NAME_CHARACTERS,
  namesPoint,
  pageItem,
  type Page,
  type PageList,
} from "../../output/page.ts";
import { pageHtml } from "../../output/page-html.ts";
import { pageMarkdown } from "../../output/page-markdown.ts";
import type { ResultForms } from "../../output/written-forms.ts";
import type { Style } from "../../output/style.ts";
import { commandText } from "../../output/words.ts";
import { clip } from "../../util/clip.ts";
import {
  nextLines,
  outcomeLines,
  redirectLines,
  summaryLine,
  type RunSummary,
} from "./text.ts";

const PLAIN: Style = { color: false, width: 80 };

/** A finished run with all that was to be done in it. */
interface WholeRun extends RunSummary {
  /** Every change of the plan. */
  readonly planned: readonly {
    readonly key: string;
    readonly action: string;
  }[];
  readonly unrecorded: AppError | null;
}

/** The result of an apply in every form that it has besides text and JSON. */
export function runForms(run: WholeRun, root: string): ResultForms {
  return {
    markdown: (bytes) => pageMarkdown(runPage(run), bytes),
    html: () => pageHtml(runPage(run)),
    findings: () => ({ findings: runFindings(run), root }),
  };
}

/** What needs somebody comes before what is done. */
const ORDER: readonly (readonly [Outcome["status"], string, string])[] = [
  ["failed", "Failed", "more that failed"],
  ["unknown", "Uncertain", "more that may or may not be done"],
  ["skipped", "Skipped", "more that was skipped"],
  ["applied", "Done", "more that is done"],
];

function runPage(full: WholeRun): Page {
  const environment = clip(full.environment, MOST_NAME_CHARACTERS);
  const run = { ...full, environment, plannedCount: full.planned.length };
  const of = (status: Outcome["status"]): readonly Outcome[] =>
    run.outcomes.filter((outcome) => outcome.status === status);
  const lists = ORDER.map(([status, title, noun]): PageList => ({
    title,
    noun,
    items: of(status).map((each) =>
      pageItem(
        status,
        status === "applied"
          ? [outcomeText(each, PLAIN)]
          : outcomeLines(each, PLAIN),
      ),
    ),
  }));
  const idle = notStarted(run).map((change) =>
    pageItem("not started", [
      safe`not started ${change.action} "${change.key}"`,
    ]),
  );
  const made = redirectLines(run);
  return {
    name: safe`Apply to ${environment}`,
    title: summaryLine(run, PLAIN),
    points: [
      ...(run.unrecorded === null
        ? []
        : [
            {
              label: "not recorded",
              text: safe`${run.unrecorded.code}: ${clip(run.unrecorded.message, 300)}`,
            },
          ]),
      ...ORDER.flatMap(([status, title]) =>
        namesPoint(
          title.toLowerCase(),
          of(status).map(({ key }) => key),
        ),
      ),
      ...namesPoint(
        "not started",
        notStarted(run).map(({ key }) => key),
      ),
    ],
    lists: [
      ...lists.slice(0, -1),
      { title: "Not started", noun: "more that was not started", items: idle },
      {
        title: "Redirect URIs to register",
        noun: "more that has to be registered",
        items: made.slice(1).map((line) => pageItem("register", [line])),
      },
      ...lists.slice(-1),
    ],
    closing: [...made.slice(0, 1), ...nextLines(full)],
    whole: commandText("status", full.environment),
  };
}

function notStarted({ planned, outcomes }: WholeRun): WholeRun["planned"] {
  const begun = new Set(outcomes.map(({ key }) => key));
  return planned.filter(({ key }) => !begun.has(key));
}

const SEVERITIES = {
  failed: { severity: "error" },
  unknown: { severity: "error", weight: "critical" },
  skipped: { severity: "warning" },
} as const;

/** What is not as the plan wanted it. */
function runFindings({
  environment,
  outcomes,
  unrecorded,
}: WholeRun): readonly ReportedFinding[] {
  const location = {
    file: `${ENVIRONMENTS_FOLDER}/${environment}/environment.yaml`,
    line: 1,
    column: 1,
  };
  return [
    ...(unrecorded === null
      ? []
      : [
          {
            diagnostic: {
              code: unrecorded.code,
              message: unrecorded.message,
              severity: "error" as const,
              location,
            },
          },
        ]),
    ...outcomes.flatMap(({ status, key, action, code, message }) => {
      if (status === "applied") return [];
      const { severity, ...more } = SEVERITIES[status];
      const why = message === undefined ? "" : `: ${message}`;
      const finding: ReportedFinding = {
        diagnostic: {
          code: code ?? `apply.${status}`,
          severity,
          message: `${action} "${key}" in ${environment} is ${status}${why}`,
          location,
        },
        ...more,
        identity: [environment, key, action],
      };
      return [finding];
    }),
  ];
}
