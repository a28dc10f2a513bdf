import { countOf } from "../../util/count.ts";
import type { DiagnosticCode } from "../../domain/problem/codes.ts";
import type { EnvironmentLimits } from "../../domain/generated/limits.ts";
import type { PlanAction, PlanChange } from "../../domain/generated/plan.ts";
import { isRewrite } from "../meaning/secret-risks.ts";
import { accountsText } from "../meaning/wording.ts";
import {
  isRemoval,
  locationOf,
  type ChangesContext,
  type ChangesGuard,
} from "./guard.ts";

/** What is held against a limit: the plan as a whole, or one change by itself. */
interface Measure {
  readonly amount: number;
  readonly change?: PlanChange;
  /** The amount in words. */
  readonly text: string;
}

/**
 * A limit of `environment.yaml`, and what of a plan it is about. More than the limit is refused.
 */
interface LimitRow {
  readonly code: DiagnosticCode;
  readonly limit: keyof EnvironmentLimits;
  readonly measure: (context: ChangesContext) => readonly Measure[];
  readonly message: (measure: Measure, limit: string) => string;
  readonly fix: (measure: Measure) => string;
}

const REMOVED: readonly PlanAction[] = ["delete", "replace"];
const REWRITTEN: readonly PlanAction[] = ["update", "rename", "adopt"];
const CHANGED: readonly PlanAction[] = [...REMOVED, "update", "rename"];

/**
 * Deletes or replaces a connection with more accounts than that; not knowing counts as too many.
 */
export const accountsGuard: ChangesGuard = limitGuard({
  code: "PLN105",
  limit: "maxAffectedAccounts",
  measure: ({ changes }) =>
    changes.filter(isRemoval).map((change) => {
      const accounts = change.impact?.connected_accounts ?? "unknown";
      return {
        change,
        amount: accounts === "unknown" ? Infinity : accounts,
        text: `"${change.key}" has ${accountsText(accounts)}`,
      };
    }),
  message: ({ text }, limit) =>
    `${text}; limits.max_affected_accounts allows a delete or replacement to touch ${limit}`,
  fix: ({ change }) =>
    `move the accounts first, or let it pass by name: an override of PLN105 for "${change?.key ?? ""}" with a reason`,
});

/** One row for each limit on what a plan does. */
export const LIMIT_GUARDS: readonly ChangesGuard[] = [
  limitGuard({
    code: "PLN101",
    limit: "maxDeletes",
    measure: ({ changes }) => counted(changes, REMOVED, "delete"),
    message: ({ text }, limit) =>
      `the plan has ${text} and replacements together, more than the ${limit} that limits.max_deletes allows`,
    fix: () =>
      "check that no documents are missing; raise limits.max_deletes in environment.yaml if this is meant",
  }),
  limitGuard({
    code: "PLN102",
    limit: "maxChangeRatio",
    measure: shareOfOwned,
    message: ({ text }, limit) =>
      `the plan deletes, replaces or updates ${text} owned connections, a larger share than the ${limit} that limits.max_change_ratio allows`,
    fix: () =>
      "apply fewer changes at a time; raise limits.max_change_ratio in environment.yaml if this is meant",
  }),
  accountsGuard,
  limitGuard({
    code: "PLN115",
    limit: "maxUpdates",
    measure: ({ changes }) => counted(changes, REWRITTEN, "update"),
    message: ({ text }, limit) =>
      `the plan has ${text}, renames and adoptions included, more than the ${limit} that limits.max_updates allows`,
    fix: () =>
      "check the environment, its target and its variables; apply in parts, or raise limits.max_updates if this is meant",
  }),
];

function limitGuard(row: LimitRow): ChangesGuard {
  const { code } = row;
  return {
    needs: "changes",
    code,
    check(context) {
      const limit = context.rules.limits[row.limit];
      if (limit === null) return [];
      return row
        .measure(context)
        .filter(({ amount }) => amount > limit)
        .map((measure) => {
          const { change } = measure;
          return {
            code,
            level: "refuse",
            ...(change === undefined ? {} : { key: change.key }),
            message: row.message(measure, String(limit)),
            fix: row.fix(measure),
            ...(change === undefined ? {} : locationOf(change)),
          };
        });
    },
  };
}

function counted(
  changes: readonly PlanChange[],
  actions: readonly PlanAction[],
  noun: string,
): readonly Measure[] {
  const amount = changes.filter(
    (change) => actions.includes(change.action) && !isRewrite(change),
  ).length;
  return [{ amount, text: countOf(amount, noun) }];
}

/** Below this many owned connections a share says nothing. */
const LEAST_OWNED = 10;

/** What a cut-off run announced was let through once already; finishing it must not be refused. */
function shareOfOwned({
  changes,
  inventory,
}: ChangesContext): readonly Measure[] {
  const entries = inventory?.entries ?? [];
  if (entries.length < LEAST_OWNED) return [];
  const announced = new Set(
    entries.filter(({ phase }) => phase === "pending").map(({ key }) => key),
  );
  const count = changes.filter(
    (change) =>
      CHANGED.includes(change.action) &&
      !announced.has(change.key) &&
      !isRewrite(change),
  ).length;
  return [
    {
      amount: count / entries.length,
      text: `${String(count)} of ${String(entries.length)}`,
    },
  ];
}
