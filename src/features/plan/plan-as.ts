import type { Plan } from "../../domain/generated/plan.ts";
import type { Style } from "../../output/style.ts";
import { renderPlanHtml } from "./html.ts";
import { COMMENT_BYTES } from "../../output/fit-markdown.ts";
import { renderPlanMarkdown } from "./markdown.ts";
import { renderPlan } from "./text.ts";

/** In which form a plan is written, and the commands it names. */
interface PlanForm {
  /** What `--output` says. */
  readonly format: string | undefined;
  readonly style: Style;
  readonly verbose: boolean;
  /** What to type to have it applied. */
  readonly next: string;
  /** What to type to see all of it. */
  readonly whole: string;
}

/** A plan for people, in the form that is asked for. */
export function planAs(plan: Plan, form: PlanForm): string {
  const { format, style, verbose, next, whole } = form;
  switch (format) {
    case "markdown":
      return renderPlanMarkdown(plan, { maxBytes: COMMENT_BYTES, whole, next });
    case "html":
      return renderPlanHtml(plan, { next });
    default:
      return renderPlan(plan, style, { verbose, next });
  }
}
