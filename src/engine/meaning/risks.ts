import type { PlanChange, PlanRisk } from "../../domain/generated/plan.ts";
import type { FieldRisk } from "../../domain/field/field.ts";
import type { Pointer } from "../../domain/field/pointer.ts";
import { compareText } from "../../util/compare-text.ts";
import { ruleFor } from "../diff/field-rules.ts";
import {
  connectionRisks,
  driftRisks,
  type RiskContext,
} from "./connection-risks.ts";
import { destinationRisks } from "./destination-risks.ts";
import { fieldRisks, freshFieldRisks } from "./field-risks.ts";
import { lookAlikeRisks } from "./look-alike-risks.ts";
import { offlineRisks } from "./offline-risks.ts";
import { sortRisks } from "./risk.ts";
import { requestedRisks, scopeRisks } from "./scope-risks.ts";
import { secretRisks } from "./secret-risks.ts";

/**
 * What the change means to those who use the connection, worst first. Deterministic sentences;
 * every word comes from the plan itself. What is told of one field never makes another field's risk
 * smaller.
 */
export function changeRisks(
  change: PlanChange,
  context: RiskContext,
): PlanRisk[] {
  // Nobody uses a connection that is not there yet; but a secret and users can be led to a host of
  // the document's choice from its first day.
  const standing =
    change.action === "create"
      ? freshFieldRisks(change)
      : [
          ...scopeRisks(change),
          ...fieldRisks(change),
          ...offlineRisks(change),
          ...driftRisks(change),
        ];
  return sortRisks([
    ...connectionRisks(change, context),
    ...standing,
    ...requestedRisks(change),
    ...destinationRisks(change),
    ...secretRisks(change),
    ...lookAlikeRisks(change),
  ]);
}

/**
 * True for a change of a connection that exists: whoever has an account there may feel it. Nobody
 * feels that one is forgotten.
 */
export function needsAccountCount(change: PlanChange): boolean {
  if (change.action === "delete" || change.action === "replace") return true;
  if (change.action === "create" || change.action === "forget") return false;
  return change.remote_id !== null;
}

/**
 * Fields of a change after which users must consent again to hold what is asked for now, sorted; a
 * new client secret is not among them.
 */
export function consentPaths(change: PlanChange): readonly Pointer[] {
  return change.fields
    .filter((field) => field.effect === "write")
    .filter(({ path }) => CONSENT_RISKS.includes(ruleFor(path).risk))
    .map(({ path }) => path)
    .sort(compareText);
}

const CONSENT_RISKS: readonly (FieldRisk | null)[] = [
  "scope",
  "client",
  "platform-credentials",
];
