import type { DiagnosticCode } from "../../domain/problem/codes.ts";
import type { PlanAction, PlanChange } from "../../domain/generated/plan.ts";
import { argumentWord, shellWord } from "../../util/shell-word.ts";
import { ruleFor } from "../diff/field-rules.ts";
import {
  destinationMoves,
  isRestored,
  type DestinationMove,
} from "../meaning/destination.ts";
import { quoteNames, titleOf } from "../meaning/wording.ts";
import {
  isRemoval,
  locationOf,
  type ChangesContext,
  type ChangesGuard,
} from "./guard.ts";

/** A kind of change that nobody makes without a permission by name. */
interface PermissionRow {
  readonly code: DiagnosticCode;
  readonly concerned: (context: ChangesContext) => readonly PlanChange[];
  readonly message: (change: PlanChange) => string;
  readonly fix: (change: PlanChange, context: ChangesContext) => string;
}

const LOSSES: Readonly<Partial<Record<PlanAction, string>>> = {
  delete: "deleted",
  forget: "forgotten with its protection",
};

const ROWS: readonly PermissionRow[] = [
  {
    code: "PLN103",
    concerned: protectedLosses,
    message: ({ key, action }) =>
      `"${key}" is protected and would be ${LOSSES[action] ?? "replaced"}`,
    fix: () =>
      "declare it again with lifecycle.protected: false and apply that first; then remove it in a second change",
  },
  {
    // Users must consent again, and the redirect URI changes.
    code: "PLN104",
    concerned: ({ changes }) =>
      changes.filter(({ action }) => action === "replace"),
    message: ({ key, fields }) =>
      `"${key}" can only be replaced, because ${quoteNames(
        fields
          .filter((f) => f.effect === "write" && ruleFor(f.path).isImmutable)
          .map((field) => field.path),
      )} cannot change in place: it gets a new redirect URI and every user must probably consent again`,
    fix: ({ key }) =>
      `take the change back, or approve it by name: --approve 'PLN104:${key}' --reason '…', or an override in environment.yaml`,
  },
  {
    code: "PLN113",
    concerned: ({ changes, rules, asksToAdopt }) =>
      rules.adoption === "plan" || asksToAdopt
        ? []
        : changes.filter(({ action }) => action === "adopt"),
    message: ({ key }) =>
      `"${key}" exists on the platform and is not owned here; adopt: refuse wants its adoption asked for`,
    fix: ({ key }, { rules }) =>
      `review it on its own: tieline adopt ${shellWord(rules.name)} ${argumentWord(key)}`,
  },
];

/**
 * Stops a plan that sends users or credentials of a standing connection elsewhere than now, or on
 * another way; outside production it only warns. What goes away is no place to send anything, and
 * putting back what was reviewed leads nothing away.
 */
const destinationGuard: ChangesGuard = {
  needs: "changes",
  code: "PLN107",
  check({ changes, rules }) {
    const level = rules.isProduction ? "refuse" : "warn";
    return changes
      .filter(({ action }) => action !== "create")
      .flatMap((change) =>
        destinationMoves(change.fields)
          .filter(({ kind }) => kind !== "cleared")
          .map((move) => ({
            code: "PLN107",
            level: isRestored(move) ? "warn" : level,
            key: change.key,
            message: `"${change.key}": the ${titleOf(move.pointer, move.shape)} ${isRestored(move) ? RESTORED : ""}${MOVES[move.kind](move)}`,
            fix: isRestored(move)
              ? "find out who changed it on the platform, and renew what was sent there since"
              : `make sure that it is the provider's, then let it pass by name: an override of PLN107 for "${change.key}" with a reason`,
            ...(move.field.location === undefined
              ? {}
              : { location: move.field.location }),
          })),
      );
  },
};

const RESTORED = "is put back to what was reviewed: it ";

const MOVES: Readonly<
  Record<DestinationMove["kind"], (move: DestinationMove) => string>
> = {
  host: ({ from, to }) => `would move from "${from}" to "${to}"`,
  place: ({ host = "", from, to }) =>
    `would lead to another place on "${host}": "${to}" instead of "${from}"`,
  route: ({ from, to }) => `would become "${to}" instead of "${from}"`,
  set: ({ to }) => `would become "${to}", where nothing was set`,
  cleared: ({ from }) => `would no longer be "${from}"`,
};

/** What is done to a standing connection only by name. */
export const PERMISSION_GUARDS: readonly ChangesGuard[] = [
  ...ROWS.map(permissionGuard),
  destinationGuard,
];

function permissionGuard(row: PermissionRow): ChangesGuard {
  const { code } = row;
  return {
    needs: "changes",
    code,
    check: (context) =>
      row.concerned(context).map((change) => ({
        code,
        level: "refuse",
        key: change.key,
        message: row.message(change),
        fix: row.fix(change, context),
        ...locationOf(change),
      })),
  };
}

/** What the inventory remembers counts, so dropping the line that protects does not help. */
function protectedLosses({
  changes,
  inventory,
  asksToForget,
  declaredProtected,
}: ChangesContext): readonly PlanChange[] {
  const isProtected = new Set([
    ...(inventory?.entries ?? [])
      .filter((entry) => entry.isProtected)
      .map((entry) => entry.key),
    ...declaredProtected,
  ]);
  // What is gone is forgotten by itself; forgetting one on request would forget its protection too.
  const isLost = (change: PlanChange): boolean =>
    isRemoval(change) || asksToForget.has(change.key);
  return changes.filter(
    (change) => isLost(change) && isProtected.has(change.key),
  );
}
