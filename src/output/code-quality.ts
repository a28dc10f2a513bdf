import { ENVIRONMENTS_FOLDER } from "../domain/document-folders.ts";
import type { JsonObject } from "../domain/json.ts";
import { clip } from "../util/clip.ts";
import { sha256 } from "../util/hash.ts";
import { plainText } from "./escape.ts";
import { fingerprints } from "./fingerprint.ts";
import {
  sentencesOf,
  shownFindings,
  type FindingPlace,
  type ReportedFinding,
} from "./findings.ts";

/** Most findings of a report: a merge request shows fewer, and a page has to load them. */
const MAX_FINDINGS = 10_000;
const MAX_CHARACTERS = 1_000;

const SEVERITIES = {
  refused: "blocker",
  critical: "critical",
  error: "critical",
  high: "major",
  warning: "minor",
  note: "info",
} as const;

/**
 * Findings as a Code Quality report of GitLab, the heaviest first. What comments in the documents
 * keep quiet is left out.
 * @remarks Source: docs.gitlab.com, "Code Quality report format".
 */
export function codeQualityReport(
  findings: readonly ReportedFinding[],
  { prefix }: FindingPlace,
): readonly JsonObject[] {
  const fingerprint = fingerprints();
  return shownFindings(findings)
    .slice(0, MAX_FINDINGS)
    .map((finding) => {
      const { code, severity, location } = finding.diagnostic;
      const text = sentencesOf(finding.diagnostic, (sentence) =>
        plainText(clip(sentence, MAX_CHARACTERS)),
      );
      return {
        description: text,
        check_name: plainText(code),
        fingerprint: sha256(fingerprint(finding)).replace(/^sha256:/u, ""),
        severity: SEVERITIES[finding.weight ?? severity],
        location: {
          path: plainText(`${prefix}${location?.file ?? ENVIRONMENTS_FOLDER}`),
          lines: { begin: Math.max(1, location?.line ?? 1) },
        },
      };
    });
}
