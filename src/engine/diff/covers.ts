import type {
  Plan,
  PlanAction,
  PlanChange,
} from "../../domain/generated/plan.ts";
import { canonicalJson } from "../../util/canonical-json.ts";

/** What an approved change may still need after a run that was cut off in the middle of it. */
const REMAINDERS: Readonly<Record<PlanAction, readonly PlanAction[]>> = {
  create: ["create", "update", "adopt", "noop"],
  update: ["update", "noop"],
  replace: ["replace", "create", "update", "noop"],
  delete: ["delete", "forget"],
  adopt: ["adopt", "update", "noop"],
  forget: ["forget"],
  rename: ["rename", "update", "noop"],
  noop: ["noop"],
};

/**
 * Whether a new plan does nothing that an earlier one, approved but not finished, did not already
 * announce: the same connections to the same result, with no field beyond those. Then the approval
 * still stands and nobody needs to be asked again.
 */
export function coversPlan(approved: Plan, fresh: Plan): boolean {
  const isForTheSame =
    approved.environment === fresh.environment &&
    approved.target.api_host === fresh.target.api_host &&
    fresh.findings.every(({ level }) => level !== "refuse");
  const rules = new Set(
    (approved.rules ?? []).map((rule) => canonicalJson(rule)),
  );
  const announced = new Map(approved.changes.map((each) => [each.key, each]));
  return (
    isForTheSame &&
    (fresh.rules ?? []).every((rule) => rules.has(canonicalJson(rule))) &&
    fresh.changes.every((change) => {
      const before = announced.get(change.key);
      return before !== undefined && isRemainder(before, change);
    })
  );
}

function isRemainder(approved: PlanChange, fresh: PlanChange): boolean {
  if (!REMAINDERS[approved.action].includes(fresh.action)) return false;
  if (!removesNoOther(approved, fresh)) return false;
  if (fresh.desired === null)
    return (
      approved.desired === null &&
      (fresh.action === "forget" || fresh.remote_id === approved.remote_id)
    );
  const isSameResult =
    canonicalJson([
      fresh.desired,
      fresh.provider,
      fresh.auth_type,
      fresh.is_protected,
    ]) ===
    canonicalJson([
      approved.desired,
      approved.provider,
      approved.auth_type,
      approved.is_protected,
    ]);
  return isSameResult && writtenPaths(fresh).every(isWrittenBy(approved));
}

/** A cut-off run may have left a provider that it was to remove, or one that it was to make. */
function removesNoOther(approved: PlanChange, fresh: PlanChange): boolean {
  const announced = new Set(approved.removed_providers);
  if (approved.steps.includes("create_provider"))
    announced.add(approved.provider);
  return (fresh.removed_providers ?? []).every((name) => announced.has(name));
}

function writtenPaths(change: PlanChange): readonly string[] {
  return change.fields
    .filter((field) => field.effect === "write")
    .map((field) => field.path);
}

/**
 * A connection that was to be made is ours from its first field on; of a standing one, only the
 * fields that were shown were approved.
 */
function isWrittenBy(approved: PlanChange): (path: string) => boolean {
  if (approved.action === "create" || approved.action === "replace")
    return () => true;
  const paths = new Set(writtenPaths(approved));
  return (path) => paths.has(path);
}
