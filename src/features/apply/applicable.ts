import { shellWord } from "../../util/shell-word.ts";
import type { Objection } from "../plan/altered.ts";
import { isDiagnosticCode } from "../../domain/problem/codes.ts";
import { ConflictError, RefusedError } from "../../domain/problem/error.ts";
import type { Plan } from "../../domain/generated/plan.ts";
import { approvalsIn, recheckGuards } from "../../engine/plan/recheck.ts";
import { assertApproved } from "./approved.ts";
import {
  CHECKS,
  contradictsItself,
  isOfAnotherCheckout,
  type CheckContext,
  type StoredFacts,
} from "./plan-objections.ts";
import { isSignedBy, isSignedByItsKey } from "../plan/plan-signature.ts";

/**
 * Everything that must be true of a plan before anybody looks at it, found out without a request:
 * unchanged since it was made, each part as it follows from the others, made for this environment,
 * API, state and checkout by this major version of the program, the expected one, not expired, not
 * applied before, and of nothing but what our own inventory owns.
 * @throws ConflictError with a code of validity (PLN2xx), RefusedError PLN208 for a signature.
 */
export async function assertSound(
  plan: Plan,
  context: CheckContext,
  stored: StoredFacts,
): Promise<void> {
  for (const check of CHECKS) refuse(plan, check(plan, context, stored));
  assertSigned(plan, context);
  refuse(plan, await isOfAnotherCheckout(plan, context));
  refuse(plan, contradictsItself(plan, context, stored));
}

/**
 * Whether the guards let a plan pass: as they said when it was made, and as they say of its changes
 * today. What somebody let pass by name counts when it stands in today's rules, was given to this
 * run, or is in a plan that is proven to be the one that was reviewed.
 * @throws RefusedError with the code of the first refusal, PLN223 where approvals are missing.
 */
export function assertAllowed(
  plan: Plan,
  context: CheckContext,
  { inventory }: Pick<StoredFacts, "inventory">,
): void {
  assertApproved(plan, context, { inventory });
  refuseFindings(
    plan.findings,
    "a guard stands against the plan; only an override that names the guard and the connection lets it pass",
  );
  const approvals = isProven(plan, context)
    ? [...context.approvals, ...approvalsIn(plan)]
    : context.approvals;
  refuseFindings(
    recheckGuards(plan, {
      rules: context.rules,
      inventory,
      approvals,
      now: new Date(context.clock.now()).toISOString(),
    }),
    "the guards of this checkout were asked again before the first write; a permission that is only in the plan counts for a plan that is signed, or expected by its digest",
  );
}

function refuse(plan: Plan, objection: Objection | undefined): void {
  if (objection === undefined) return;
  throw new ConflictError(objection.code, objection.message, {
    why: objection.why,
    fix:
      objection.fix ??
      `plan again: tieline plan ${shellWord(plan.environment)}`,
    notDone: "nothing was changed",
  });
}

/**
 * A signature that is there must be good, even where none is asked for: a bad one says that someone
 * tried.
 */
function assertSigned(plan: Plan, { rules }: CheckContext): void {
  const { isRequired, keys } = rules.signing;
  const isMissing = plan.signature === undefined;
  const isGood =
    keys.length > 0 ? isSignedBy(plan, keys) : isSignedByItsKey(plan);
  if (isMissing ? !isRequired : isGood) return;
  throw new RefusedError(
    "PLN208",
    isMissing
      ? "the plan is not signed"
      : keys.length === 0
        ? "the plan's signature is not by the key it names"
        : "the plan's signature is not by a key of this environment",
    {
      why: isMissing
        ? "signing.required in environment.yaml asks for a signature by one of signing.keys"
        : keys.length === 0
          ? "a signature that its own key did not make says nothing, and the plan may not carry it"
          : "signing.keys in environment.yaml lists whose signatures count, and none of them made this one",
      fix: `plan and sign again: tieline plan ${shellWord(plan.environment)} --out plan.json --sign-key-file FILE, then tieline apply plan.json`,
      notDone: "nothing was changed",
    },
  );
}

/**
 * Whether the plan is known to be what somebody reviewed: its digest came from outside of it, or a
 * trusted key signed it.
 */
function isProven(plan: Plan, { rules, expect }: CheckContext): boolean {
  return expect !== undefined || isSignedBy(plan, rules.signing.keys);
}

function refuseFindings(findings: Plan["findings"], why: string): void {
  const refusals = findings.filter((finding) => finding.level === "refuse");
  const [first] = refusals;
  if (first === undefined) return;
  const others =
    refusals.length === 1 ? "" : ` (and ${String(refusals.length - 1)} more)`;
  throw new RefusedError(
    isDiagnosticCode(first.code) ? first.code : "INT001",
    `refused: ${first.message}${others}`,
    {
      ...(first.fix === undefined ? {} : { fix: first.fix }),
      why,
      notDone: "nothing was changed",
    },
  );
}
