import { CODES } from "../domain/generated/codes.ts";
import type { Severity } from "../domain/problem/diagnostic.ts";
import { clip } from "../util/clip.ts";
import { plainText } from "./escape.ts";
import {
  shownFindings,
  type FindingPlace,
  type Reported,
  type ReportedFinding,
} from "./findings.ts";
import { pageCommand } from "./diagnostics.ts";

/**
 * Most annotations that GitHub keeps: what is beyond is dropped without a word.
 * @remarks Source: 10 of each kind per step and 50 per job, observed by several tools; GitHub's own
 * pages do not state it.
 */
const MAX_PER_KIND = 10;
const MAX_IN_ALL = 50;

/** Characters of one sentence of an annotation. */
const MAX_CHARACTERS = 2_000;

const KINDS = {
  error: "error",
  warning: "warning",
  note: "notice",
} as const satisfies Record<Severity, string>;

/**
 * Findings as workflow commands, one line each: GitHub shows them beside the lines they are about.
 * Suppressed ones are left out. What is beyond GitHub's limits is counted in a last notice.
 */
export function renderGithub(
  findings: readonly ReportedFinding[],
  { prefix }: FindingPlace,
): string {
  const shown = shownFindings(findings).map(({ diagnostic }) => diagnostic);
  const fitting = withinLimits(shown, MAX_PER_KIND);
  if (fitting.length === shown.length)
    return fitting.map((each) => annotation(each, prefix)).join("");
  // The last notice is one of the notices.
  const kept = withinLimits(shown, MAX_PER_KIND, MAX_PER_KIND - 1);
  const more = shown.length - kept.length;
  return [
    ...kept.map((each) => annotation(each, prefix)),
    command(
      "notice",
      { title: "tieline" },
      `+${String(more)} more; run the same command without --output github to see all`,
    ),
  ].join("");
}

function withinLimits(
  diagnostics: readonly Reported[],
  most: number,
  mostNotices = most,
): readonly Reported[] {
  const counts: Record<Severity, number> = { error: 0, warning: 0, note: 0 };
  return diagnostics
    .filter(({ severity }) => {
      counts[severity] += 1;
      return counts[severity] <= (severity === "note" ? mostNotices : most);
    })
    .slice(0, MAX_IN_ALL - 1);
}

function annotation(diagnostic: Reported, prefix: string): string {
  const { severity, code, message, location, why, fix } = diagnostic;
  const said = (text: string): string => plainText(clip(text, MAX_CHARACTERS));
  const lines = [
    said(message),
    ...(why === undefined ? [] : [`why: ${said(why)}`]),
    ...(fix === undefined ? [] : [`fix: ${said(fix)}`]),
    ...(Object.hasOwn(CODES, code) ? [`docs: ${pageCommand(code)}`] : []),
  ];
  return command(
    KINDS[severity],
    {
      ...(location === undefined
        ? {}
        : {
            file: plainText(`${prefix}${location.file}`),
            line: String(location.line),
            col: String(location.column),
          }),
      title: plainText(code),
    },
    lines.join("\n"),
  );
}

/**
 * @remarks Source: GitHub's documentation of workflow commands, and the escapes of its toolkit
 * (`@actions/core`).
 */
function command(
  kind: string,
  properties: Readonly<Record<string, string>>,
  message: string,
): string {
  const list = Object.entries(properties)
    .map(([name, value]) => `${name}=${escapeProperty(value)}`)
    .join(",");
  return `::${kind} ${list}::${escapeData(message)}\n`;
}

function escapeData(text: string): string {
  return text
    .replaceAll("%", "%25")
    .replaceAll("\r", "%0D")
    .replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
