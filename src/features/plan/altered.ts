import type { DiagnosticCode } from "../../domain/problem/codes.ts";

import {
  intentDigest,
  verifyPlanDigest,
} from "../../engine/diff/fingerprint.ts";
import type { Plan } from "../../domain/generated/plan.ts";

/** What shows in the plan alone: that it is not as it was made. */
export function wasAltered(plan: Plan): Objection | undefined {
  const what = !verifyPlanDigest(plan)
    ? "its digest does not fit its content"
    : plan.intent_digest !== intentDigest(plan)
      ? "its intent_digest is not that of what it would do"
      : undefined;
  if (what === undefined) return undefined;
  return {
    code: "PLN201",
    message: "the plan was altered after it was made",
    why: what,
  };
}

/** Why a plan cannot be applied. */
export interface Objection {
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly why: string;
  /** What to do when planning again is not all there is to it. */
  readonly fix?: string;
}
