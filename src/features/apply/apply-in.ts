import { readOwnInventory } from "../../environment/own-inventory.ts";
import type { Plan } from "../../domain/generated/plan.ts";
import type { Environment } from "../../environment/open.ts";

import { assertAllowed, assertSound } from "./applicable.ts";
import type { ApplyContext } from "./apply-context.ts";
import { applyPlan, type RunResult } from "./apply.ts";
import type { CheckContext, StoredFacts } from "./plan-objections.ts";

/** How a plan is applied. */
export type ApplyRequest = Pick<
  ApplyContext,
  "expect" | "approval" | "stopsOnError"
> &
  Partial<Pick<ApplyContext, "approvals" | "shouldStop">>;

/**
 * What is said about a plan before anything is done with it: what apply would say, so that nothing
 * is shown or asked in vain.
 */
export interface PlanChecks {
  /** Throws what `apply` would throw of a plan that is not true or not for here. */
  assertSound(): Promise<void>;
  /** Throws what `apply` would throw of a plan that is refused. */
  assertAllowed(): Promise<void>;
}

/** The checks of one plan. */
export function checksIn(
  environment: Environment,
  plan: Plan,
  request: ApplyRequest = {},
): PlanChecks {
  const { state, api, name } = environment;
  const read = async (): Promise<[CheckContext, StoredFacts]> => [
    await checkContext(environment, request),
    {
      ledger: await state.readLedger(),
      inventory: await readOwnInventory(state, name, api.apiHost),
      openers: (await environment.secrets.checkFiles()).openers,
    },
  ];
  let reading: ReturnType<typeof read> | undefined;
  // For looking ahead only, so once is enough: apply reads it again under its lease.
  const facts = (): ReturnType<typeof read> => (reading ??= read());
  return {
    assertSound: async () => assertSound(plan, ...(await facts())),
    async assertAllowed() {
      assertAllowed(plan, ...(await facts()));
    },
  };
}

/**
 * Carries out a plan. A change that fails is an outcome; what stops the run before its first write
 * is thrown.
 */
export async function applyIn(
  environment: Environment,
  plan: Plan,
  request: ApplyRequest = {},
): Promise<RunResult> {
  return applyPlan(plan, {
    ...environment,
    ...(await checkContext(environment, request)),
    stopsOnError: request.stopsOnError ?? false,
    shouldStop: request.shouldStop ?? (() => false),
    concurrency: environment.rules.limits.concurrency,
  });
}

async function checkContext(
  environment: Environment,
  { approvals = [], expect, approval }: ApplyRequest,
): Promise<CheckContext> {
  return {
    ...environment,
    checkout: await environment.checkout(),
    approvals,
    ...(expect === undefined ? {} : { expect }),
    ...(approval === undefined ? {} : { approval }),
  };
}
