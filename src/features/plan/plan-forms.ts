import type { Plan } from "../../domain/generated/plan.ts";
import type { ResultForms } from "../../output/written-forms.ts";
import { changeCounts } from "./change-counts.ts";
import { renderPlanHtml } from "./html.ts";
import { renderPlanMarkdown } from "./markdown.ts";
import { planFindings, planRules } from "./plan-findings.ts";

/** The commands that a written plan names, and where its documents lie. */
interface PlanWords {
  /** What to type to have it applied. */
  readonly next: string;
  /** What to type to see all of it. */
  readonly whole: string;
  /** Folder of the workspace. */
  readonly root: string;
}

/** A plan in every form but text and JSON. */
export function planForms(plan: Plan, words: PlanWords): ResultForms {
  const { next, whole, root } = words;
  return {
    markdown: (maxBytes) => renderPlanMarkdown(plan, { maxBytes, whole, next }),
    html: () => renderPlanHtml(plan, { next }),
    findings: () => ({
      findings: planFindings(plan),
      rules: planRules([plan]),
      root,
    }),
    changes: () => [changeCounts(plan)],
  };
}
