import type { ProcessEnv } from "../../domain/environment-access.ts";
import { InvalidDocumentsError } from "../../domain/problem/error.ts";
import { plainText } from "../../output/escape.ts";
import { shownFindings, type ReportedFinding } from "../../output/findings.ts";
import type { VerdictAnnotation, VerdictDetail } from "../../ports/forge.ts";
import { clip } from "../../util/clip.ts";
import { planFindings } from "../plan/plan-findings.ts";
import { reviewMarkdown } from "./comment.ts";
import { verdictText, type ReviewReport } from "./report.ts";

const LEVELS = {
  error: "failure",
  warning: "warning",
  note: "notice",
} as const;

/** Characters of one sentence of an annotation. */
const MAX_CHARACTERS = 2_000;

/** What a check run shows of a review: what its comment says, and remarks beside the lines. */
export function checkDetail(
  report: ReviewReport,
  of: {
    readonly key: string;
    /** Where the workspace lies in its repository: `""`, or a path with a slash at its end. */
    readonly prefix: string;
    readonly detailsUrl: string | null;
    readonly previousCommit: string | null;
    readonly tell: (sentence: string) => void;
    /** Takes known secrets out of a text. */
    readonly scrub: (text: string) => string;
  },
): VerdictDetail {
  const { scrub, prefix, ...rest } = of;
  return {
    ...rest,
    title: scrub(verdictText(report)),
    summary: scrub(reviewMarkdown(report)),
    annotations: shownFindings(findingsOf(report)).flatMap((each) =>
      annotationOf(each, prefix, scrub),
    ),
  };
}

function findingsOf({
  environments,
  error,
}: ReviewReport): readonly ReportedFinding[] {
  const errors = environments.map((each) =>
    each.kind === "failed" ? each.error : null,
  );
  // A file that several environments share is wrong for each of them.
  const diagnostics = new Map(
    [error, ...errors].flatMap((each) =>
      each instanceof InvalidDocumentsError
        ? each.diagnostics.map((one) => [JSON.stringify(one), one] as const)
        : [],
    ),
  );
  return [
    ...[...diagnostics.values()].map((diagnostic) => ({ diagnostic })),
    ...environments.flatMap((each) =>
      each.kind === "planned" ? planFindings(each.plan) : [],
    ),
  ];
}

/** None where there is no place in the repository to put it. */
function annotationOf(
  { diagnostic }: ReportedFinding,
  prefix: string,
  scrub: (text: string) => string,
): readonly VerdictAnnotation[] {
  const { severity, code, message, location, why, fix } = diagnostic;
  if (location === undefined) return [];
  const path = `${prefix}${location.file}`;
  const isInside =
    plainText(path) === path &&
    !path.split("/").some((part) => part === ".." || part === "");
  if (!isInside) return [];
  const said = (text: string): string => plainText(clip(text, MAX_CHARACTERS));
  const lines = [
    said(message),
    ...(why === undefined ? [] : [`why: ${said(why)}`]),
    ...(fix === undefined ? [] : [`fix: ${said(fix)}`]),
  ];
  return [
    {
      path,
      line: location.line,
      level: LEVELS[severity],
      title: plainText(code),
      message: scrub(lines.join("\n")),
    },
  ];
}

/** The page of the job that reviews, where its variables tell it. */
export function jobPage(env: ProcessEnv): string | null {
  const { GITHUB_SERVER_URL: server = "", GITHUB_RUN_ID: id = "" } = env;
  const { GITHUB_REPOSITORY: repository = "" } = env;
  const isKnown =
    /^https:\/\/[\w.-]+(?::\d+)?$/u.test(server) &&
    /^[\w.-]+\/[\w.-]+$/u.test(repository) &&
    /^\d{1,20}$/u.test(id);
  return isKnown ? `${server}/${repository}/actions/runs/${id}` : null;
}
