/**
 * The guards: one small pure check per file, each with a code and a page. Never I/O, never a clock, and never an override:
 * those are weighed after the checks, in one place.
 */
import { adoptionGuard } from "./adoption.ts";
import { affectedAccountsGuard } from "./affected-accounts.ts";
import { destinationGuard } from "./destination.ts";
import { foreignGuard } from "./foreign.ts";
import { freezeGuard } from "./freeze.ts";
import type { ChangesGuard, Guard } from "./guard.ts";
import { maxChangeRatioGuard } from "./max-change-ratio.ts";
import { maxDeletesGuard } from "./max-deletes.ts";
import { maxUpdatesGuard } from "./max-updates.ts";
import { nothingDesiredGuard } from "./nothing-desired.ts";
import { productionRulesGuard } from "./production-rules.ts";
import { protectedGuard } from "./protected.ts";
import { readOnlyGuard } from "./read-only.ts";
import { replaceApprovalGuard } from "./replace-approval.ts";
import { scopeCeilingGuard } from "./scope-ceiling.ts";
import { unreadableGuard } from "./unreadable.ts";

/** Every guard, in the order of its code. */
export const GUARDS: readonly Guard[] = [
  unreadableGuard,
  foreignGuard,
  maxDeletesGuard,
  maxChangeRatioGuard,
  protectedGuard,
  replaceApprovalGuard,
  affectedAccountsGuard,
  nothingDesiredGuard,
  destinationGuard,
  scopeCeilingGuard,
  productionRulesGuard,
  readOnlyGuard,
  freezeGuard,
  adoptionGuard,
  maxUpdatesGuard,
];

/** Those that apply makes again. */
export const CHANGES_GUARDS: readonly ChangesGuard[] = GUARDS.filter(
  (guard) => guard.needs === "changes",
);
