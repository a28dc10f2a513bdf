import type { ApplyContext } from "../features/apply/apply-context.ts";
import { assertAllowed, assertSound } from "../features/apply/applicable.ts";
import type {
  CheckContext,
  StoredFacts,
} from "../features/apply/plan-objections.ts";
import { readOwnInventory } from "../features/plan/plan.ts";
import { openCheckout } from "./checkout.ts";
import type { Runtime } from "./runtime.ts";
import type { EnvironmentRules, GuardOverride } from "../domain/environment.ts";
import type { Plan } from "../domain/generated/plan.ts";

/** How a plan is applied. */
export type ApplyOptions = Pick<ApplyContext, "expect" | "stopsOnError"> & {
  /** For a plan that this session did not make. */
  readonly approvals?: readonly GuardOverride[];
};

/** What is said about plans before anything is done with them. */
export interface PlanChecks {
  /** Remembers a plan made here, with the permissions that were given for it. */
  remember(plan: Plan, approvals: readonly GuardOverride[]): void;
  /** What apply checks a plan with. */
  contextFor(
    plan: Plan,
    options?: ApplyOptions,
  ): Promise<CheckContext & Omit<ApplyOptions, "approvals">>;
  /** Throws what `apply` would throw of a plan that is not true or not for here, so that nothing is shown that would not be done. */
  assertSound(plan: Plan, options?: ApplyOptions): Promise<void>;
  /** Throws what `apply` would throw of a plan that is refused, so that nobody is asked to confirm it. */
  assertAllowed(plan: Plan, options?: ApplyOptions): Promise<void>;
}

/** Where the documents of a session are, and with what they were read. */
interface CheckedPlace {
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly rules: EnvironmentRules;
}

/** The checks of one session. */
export function createPlanChecks(
  runtime: Runtime,
  { root, env, rules }: CheckedPlace,
): PlanChecks {
  const made = new Map<string, readonly GuardOverride[]>();
  const contextFor: PlanChecks["contextFor"] = async (
    plan,
    { approvals, ...options } = {},
  ) => ({
    ...runtime,
    ...options,
    rules,
    checkout: await openCheckout(root, rules.name, env),
    approvals: made.get(plan.digest) ?? approvals ?? [],
  });
  const { state, api } = runtime;
  const readStored = async (): Promise<StoredFacts> => ({
    ledger: await state.readLedger(),
    inventory: await readOwnInventory(state, rules.name, api.apiHost),
  });
  let reading: Promise<StoredFacts> | undefined;
  // For looking ahead only, so once is enough: apply reads it again under its lease.
  const stored = (): Promise<StoredFacts> => (reading ??= readStored());
  return {
    remember(plan, approvals) {
      made.set(plan.digest, approvals);
    },
    contextFor,
    assertSound: async (plan, options) =>
      assertSound(plan, await contextFor(plan, options), await stored()),
    async assertAllowed(plan, options) {
      assertAllowed(plan, await contextFor(plan, options), await stored());
    },
  };
}
