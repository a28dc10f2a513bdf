/**
 * The engine: what differs, what a plan is, what it means, and what the inventory becomes; pure functions over readonly values.
 * Never I/O, a clock, a driver's name, a secret's value, or a field's name where the schema's annotations can tell.
 */
export { classify, type FieldClass, type Slot } from "./classify.ts";
export { coversPlan } from "./covers.ts";
export { diffConnections } from "./diff.ts";
export { findDrift, type DriftInput } from "./drift.ts";
export { isEqualValue } from "./equal.ts";
export {
  fingerprint,
  intentDigest,
  planDigest,
  verifyPlanDigest,
} from "./fingerprint.ts";
export { findContradiction, type ProofInput } from "./proof/plan.ts";
export { findLiveContradiction } from "./proof/live.ts";
export type { Contradiction } from "./proof/contradiction.ts";
export { findFreeze, freezeText } from "./freeze.ts";
export { heldConnections } from "./held.ts";
export type {
  AccountUse,
  AssembleInput,
  ChangeFilter,
  DiffInput,
  Differences,
} from "./input.ts";
export {
  narrowInventory,
  nextInventoryEntry,
  widenInventory,
  type AppliedFacts,
} from "./inventory.ts";
export { liveDocument } from "./normalize.ts";
export { changePhases } from "./order.ts";
export { assemblePlan, planConnections, PLAN_FORMAT } from "./plan.ts";
export { compilePolicies, type CompiledPolicies } from "./policies/compile.ts";
export type { CompiledPolicy } from "./policies/policy.ts";
export { approvalsIn, recheckGuards } from "./recheck.ts";
export { consentPaths, needsAccountCount } from "./risks.ts";
export { isOwnedObject, mayOwn } from "./pairing.ts";
export { rotationDates } from "./rotation.ts";
export { differingRules, ruleDigests } from "./rule-digests.ts";
export { simulate, type World } from "./simulate.ts";
export { verifyApplied } from "./verify-applied.ts";
