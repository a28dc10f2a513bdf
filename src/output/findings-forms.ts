import type { Severity } from "../domain/problem/diagnostic.ts";
import { countText } from "../util/count.ts";
import { clip } from "../util/clip.ts";
import { findingLines, summaryText } from "./diagnostics.ts";
import { safe, type SafeText } from "./escape.ts";
import {
  bySeverity,
  shownFindings,
  type Reported,
  type ReportedFinding,
} from "./findings.ts";
import { MOST_NAME_CHARACTERS, type Page, type PageItem } from "./page.ts";
import { pageHtml } from "./page-html.ts";
import { pageMarkdown } from "./page-markdown.ts";
import type { FindingsLog, ResultForms } from "./written-forms.ts";
import type { Style } from "./style.ts";

const PLAIN: Style = { color: false, width: 100 };

/** Findings that are told before the details, and characters of each. */
const MOST_POINTS = 30;
const MOST_CHARACTERS = 300;

const TITLES: Readonly<Record<Severity, readonly [string, string]>> = {
  error: ["Errors", "more error"],
  warning: ["Warnings", "more warning"],
  note: ["Notes", "more note"],
};

/** Findings of a command, and what stands around them. */
export interface FoundByCommand extends FindingsLog {
  /** The command line that finds them again. */
  readonly whole: string;
  /** What is the case where nothing was found. */
  readonly nothing: SafeText;
  /** What to do next. */
  readonly closing?: readonly SafeText[];
}

/** Findings in every form but text and JSON. */
export function findingsForms(found: FoundByCommand): ResultForms {
  return {
    findings: () => found,
    markdown: (bytes) => pageMarkdown(findingsPage(found), bytes),
    html: () => pageHtml(findingsPage(found)),
  };
}

function findingsPage(found: FoundByCommand): Page {
  const shown = shownFindings(found.findings).map((each) => each.diagnostic);
  const quiet = bySeverity(found.findings).filter(
    ({ suppression }) => suppression !== undefined,
  );
  const urgent = shown.filter(({ severity }) => severity !== "note");
  const rest = urgent.length - MOST_POINTS;
  const name = safe`${found.whole}`;
  return {
    name,
    title: safe`${name}: ${shown.length === 0 ? found.nothing : summaryText(shown)}`,
    points: [
      ...urgent.slice(0, MOST_POINTS).map(pointOf),
      ...(rest > 0
        ? [{ label: "", text: safe`and ${countText(rest)} more below` }]
        : []),
    ],
    lists: [
      ...(["error", "warning", "note"] as const).map((severity) => {
        const [title, noun] = TITLES[severity];
        const items = shown
          .filter((each) => each.severity === severity)
          .map((each): PageItem => ({
            kind: severity,
            lines: findingLines(each, PLAIN),
          }));
        return { title, noun, items };
      }),
      {
        title: "Kept quiet by comments in the documents",
        noun: "more that is kept quiet",
        items: quiet.map(quietItem),
      },
    ],
    closing: found.closing ?? [],
    whole: found.whole,
  };
}

function pointOf({ severity, code, message, location }: Reported) {
  const place =
    location === undefined
      ? {}
      : {
          names: safe`${clip(location.file, MOST_NAME_CHARACTERS)}:${location.line}`,
        };
  return {
    label: `${severity} ${code}`,
    text: safe`${clip(message, MOST_CHARACTERS)}`,
    ...place,
  };
}

function quietItem({ diagnostic, suppression }: ReportedFinding): PageItem {
  const [head, ...lines] = findingLines(diagnostic, PLAIN);
  const { reason = "", until = "" } = suppression ?? {};
  return {
    kind: "quiet",
    lines: [head, ...lines, safe`  quiet until ${until}: ${reason}`],
  };
}
