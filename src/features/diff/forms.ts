import type { ReportedFinding } from "../../output/findings.ts";
import type { ResultForms } from "../../output/written-forms.ts";
import { changeCounts } from "../plan/change-counts.ts";
import { planFindings, planRules } from "../plan/plan-findings.ts";
import type { EnvironmentDiff } from "./diff.ts";
import { diffHtml } from "./html.ts";
import type { Compared } from "./json.ts";
import { diffMarkdown } from "./markdown.ts";

/** What differs between two commits in every form but text and JSON: plans, and more. */
export function diffForms(
  compared: Compared,
  environments: readonly EnvironmentDiff[],
  root: string,
): ResultForms {
  const plans = environments.flatMap((found) =>
    "plan" in found ? [found.plan] : [],
  );
  return {
    markdown: (bytes) => diffMarkdown(compared, environments, bytes),
    html: () => diffHtml(compared, environments),
    findings: () => ({
      findings: [
        ...plans.flatMap(planFindings),
        ...environments.flatMap(unreadableFindings),
      ],
      rules: planRules(plans),
      root,
    }),
    changes: () => plans.map(changeCounts),
  };
}

/** Errors of documents that are not those at hand, so that no line of these is meant. */
function unreadableFindings(
  found: EnvironmentDiff,
): readonly ReportedFinding[] {
  if (found.kind !== "unreadable") return [];
  return found.diagnostics.map(({ code, severity, message }) => ({
    diagnostic: {
      code,
      severity,
      message: `${found.name}, at the commit it starts from: ${message}`,
    },
  }));
}
