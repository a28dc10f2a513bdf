import type { SopsMetadata } from "../core/metadata.ts";
import { sopsError } from "../core/sops-error.ts";

/**
 * Refuses metadata whose keys could never be brought together to open the file: a threshold above
 * the number of groups, or one of 1 with several groups, which says that one group is enough and is
 * never true, because one share is no key.
 * @throws UserError SEC022.
 */
export function assertReachable(
  { keyGroups, shamirThreshold }: Split,
  file: string,
): void {
  const problem = thresholdProblem(keyGroups.length, shamirThreshold);
  if (problem === undefined) return;
  throw sopsError("SEC022", file, `the file could not be opened: ${problem}`, {
    why: "the data key is split over the key groups, and as many of them as the threshold says are needed",
    fix: `write a shamir_threshold from 2 to the number of key_groups in .sops.yaml, or leave it out: then every group is needed`,
    notDone: "nothing was written",
  });
}

type Split = Pick<SopsMetadata, "keyGroups" | "shamirThreshold">;

/**
 * How many key groups a file is to need, once its groups are those of a rule: what the rule says,
 * or what the file said before, or all of them; never more than there are, and never one alone. 0
 * for a single group, which has no shares.
 */
export function thresholdFor(rule: Split, before?: Split): number {
  const groups = rule.keyGroups.length;
  if (groups <= 1) return 0;
  const isSplit = (before?.keyGroups.length ?? 0) > 1;
  const kept = isSplit ? (before?.shamirThreshold ?? 0) : 0;
  const wanted = rule.shamirThreshold || kept || groups;
  return Math.max(2, Math.min(wanted, groups));
}

/**
 * What is wrong with a threshold for a number of groups; `undefined` when it can be met. 0 stands
 * for all groups.
 */
export function thresholdProblem(
  groups: number,
  threshold: number,
): string | undefined {
  if (groups <= 1 || threshold === 0) return undefined;
  if (threshold > groups)
    return `shamir_threshold is ${String(threshold)}, and there are ${String(groups)} key groups`;
  return threshold === 1
    ? `shamir_threshold is 1, and there are ${String(groups)} key groups: one share alone is not a key`
    : undefined;
}
