import { ENVIRONMENTS_FOLDER } from "../../domain/document-folders.ts";
import type { DriftReport } from "../../domain/drift.ts";
import type { SourceLocation } from "../../domain/problem/location.ts";
import { UNREADABLE } from "../../domain/problem/unreadable.ts";
import type { ReportedFinding } from "../../output/findings.ts";
import {
  MOST_NAME_CHARACTERS,
  namesPoint,
  pageItem,
  type Page,
} from "../../output/page.ts";
import { pageHtml } from "../../output/page-html.ts";
import { pageMarkdown } from "../../output/page-markdown.ts";
import type { ResultForms } from "../../output/written-forms.ts";
import { safe } from "../../output/escape.ts";
import type { SarifRule } from "../../output/sarif.ts";
import type { Style } from "../../output/style.ts";
import { commandText } from "../../output/words.ts";
import { clip } from "../../util/clip.ts";
import {
  closingLines,
  driftedLines,
  missingLines,
  titleLine,
  unmanagedLines,
  unreadableLines,
} from "./text.ts";

const PLAIN: Style = { color: false, width: 80 };

/** Where the documents of a workspace declare connections. */
interface DeclaredAt {
  readonly root: string;
  /** By key. */
  readonly places: ReadonlyMap<string, SourceLocation>;
}

/** Drift in every form but text and JSON. */
export function driftForms(
  report: DriftReport,
  declared: DeclaredAt,
): ResultForms {
  return {
    markdown: (bytes) => driftMarkdown(report, bytes),
    html: () => pageHtml(driftPage(report)),
    findings: () => ({
      findings: driftFindings(report, declared),
      rules: DRIFT_RULES,
      root: declared.root,
    }),
    // What an apply would do about it.
    changes: () => [
      {
        create: report.missing.length,
        update: report.drifted.length,
        delete: 0,
      },
    ],
  };
}

/** What moved, for a comment or the text of a pull request, within a number of bytes. */
export function driftMarkdown(report: DriftReport, bytes: number): string {
  return pageMarkdown(driftPage(report), bytes);
}

/** What moved by name, then field by field. */
function driftPage(full: DriftReport): Page {
  const report = {
    ...full,
    environment: clip(full.environment, MOST_NAME_CHARACTERS),
    apiHost: clip(full.apiHost, MOST_NAME_CHARACTERS),
  };
  const { drifted, missing, unreadable } = report;
  return {
    name: safe`Drift in ${report.environment}`,
    title: titleLine(report, PLAIN),
    points: [
      ...namesPoint(
        "changed",
        drifted.map(({ key }) => key),
      ),
      ...namesPoint("gone", missing),
      ...namesPoint(
        "cannot be read",
        unreadable.map(({ key }) => key),
      ),
    ],
    lists: [
      {
        title: "Field by field",
        noun: "more connection",
        items: [
          ...drifted.map((one) =>
            pageItem("changed", driftedLines(one, PLAIN)),
          ),
          ...missing.map((key) => pageItem("gone", missingLines(key, PLAIN))),
          ...unreadable.map((one) =>
            pageItem("unreadable", unreadableLines(one, PLAIN)),
          ),
        ],
      },
    ],
    closing: [
      ...unmanagedLines(report),
      ...closingLines(
        { ...report, environment: full.environment },
        { verbose: true },
      ),
    ],
    whole: commandText("drift", full.environment),
  };
}

const CHANGED = "drift.changed";
const GONE = "drift.gone";

const DRIFT_RULES: readonly SarifRule[] = [
  {
    code: CHANGED,
    name: CHANGED,
    level: "warning",
    summary: "The platform has what was last applied.",
    why: "what somebody changes on the platform is reviewed by nobody, and the next apply takes it back",
    fix: "apply the documents, or write the change into them",
    securitySeverity: "7.0",
  },
  {
    code: GONE,
    name: GONE,
    level: "warning",
    summary: "What was applied is there.",
    why: "the connection was deleted on the platform, with its accounts",
    fix: "apply the documents, or remove the connection from them",
    securitySeverity: "7.0",
  },
];

/** At the lines that declare the connections, where one does. */
function driftFindings(
  { environment, drifted, missing, unreadable }: DriftReport,
  { places }: DeclaredAt,
): readonly ReportedFinding[] {
  const found = (
    key: string,
    code: string,
    {
      said,
      marks = [],
    }: { readonly said: string; readonly marks?: readonly string[] },
  ): ReportedFinding => ({
    diagnostic: {
      code,
      severity: code === UNREADABLE ? "error" : "warning",
      message: `"${key}" in ${environment}: ${said}`,
      ...(code === UNREADABLE
        ? {}
        : { fix: commandText("apply", environment) }),
      location: places.get(key) ?? {
        file: `${ENVIRONMENTS_FOLDER}/${environment}/environment.yaml`,
        line: 1,
        column: 1,
      },
    },
    ...(code === UNREADABLE ? {} : { weight: "high" }),
    identity: [environment, key, ...marks],
  });
  return [
    ...drifted.map(({ key, fields }) => {
      const paths = fields.map(({ path }) => path);
      return found(key, CHANGED, {
        said: `changed on the platform after the last apply: ${paths.join(", ")}`,
        marks: paths,
      });
    }),
    ...missing.map((key) =>
      found(key, GONE, { said: "no longer exists on the platform" }),
    ),
    ...unreadable.map(({ key, why }) =>
      found(key, UNREADABLE, {
        said: `cannot be read, so nothing is known about it: ${why}`,
      }),
    ),
  ];
}
