import type { AppliedCommit } from "../../environment/documents/applied-files.ts";
import { planLocation } from "../../engine/diff/field-diff.ts";
import type { PlanNotice, PlanSource } from "../../domain/generated/plan.ts";
import type { Diagnostic } from "../../domain/problem/diagnostic.ts";
import type { AppError } from "../../domain/problem/error.ts";
import { type Provenance, shortCommit } from "../../domain/provenance.ts";
import { shortDigest } from "../../output/words.ts";
import { countOf } from "../../util/count.ts";
import { shellWord } from "../../util/shell-word.ts";

/**
 * What somebody else applied meanwhile is taken back without a word by a branch that does not have
 * it.
 */
const LACKS_APPLIED = "PLN118";

/** Of every plan that was made without asking the platform. */
const FROM_SNAPSHOT = "SNP006";

/**
 * How the commit at hand stands to the one applied last; nothing where it contains that one, or
 * where git does not tell.
 */
export async function historyDiagnostics(
  { commit, problem = null }: Provenance,
  applied: AppliedCommit | undefined,
  now: number,
): Promise<Diagnostic[]> {
  if (problem !== null) return [untold(problem)];
  if (commit === null || applied === undefined) return [];
  if ((await applied.isIn(commit)) !== false) return [];
  const name = shortCommit(applied.commit);
  return [
    {
      code: LACKS_APPLIED,
      severity: "warning",
      message: `this commit lacks ${name}, which was applied ${agoText(now - Date.parse(applied.appliedAt))} (${applied.appliedAt.slice(0, 16)}Z): it takes that commit back`,
      why: "the documents of one branch were applied, and these are of another branch or of an earlier commit",
      fix: `git merge ${shellWord(name)}`,
    },
  ];
}

/** A plan says what it was made from: what happened on the platform since is not in it. */
export function snapshotDiagnostics(
  snapshot: PlanSource["snapshot"],
  now: number,
): Diagnostic[] {
  if (snapshot === undefined) return [];
  const { taken_at: takenAt, digest } = snapshot;
  return [
    {
      code: FROM_SNAPSHOT,
      severity: "warning",
      message: `planned from a snapshot of ${agoText(now - Date.parse(takenAt))} (${takenAt.slice(0, 16)}Z, ${shortDigest(digest)}): what happened on the platform since is not in it`,
      why: "neither the platform nor the state was asked",
      fix: "apply with --expect: apply plans again with the API, and does that where it is the same",
    },
  ];
}

const MINUTE_MS = 60_000;

/** `5 minutes ago`, `3 hours ago`, `12 days ago`. */
function agoText(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / MINUTE_MS));
  if (minutes === 0) return "just now";
  if (minutes < 120) return `${countOf(minutes, "minute")} ago`;
  const hours = Math.floor(minutes / 60);
  return hours < 48
    ? `${countOf(hours, "hour")} ago`
    : `${countOf(Math.floor(hours / 24), "day")} ago`;
}

/** What is reviewed is a commit, so a plan that cannot name one says why. */
function untold(problem: AppError): Diagnostic {
  return {
    code: problem.code,
    severity: "warning",
    message: `the plan names no commit: ${problem.message}`,
    ...(problem.why === undefined ? {} : { why: problem.why }),
    ...(problem.fix === undefined ? {} : { fix: problem.fix }),
  };
}

/** A finding about the documents as plans hold it. Planning ends where one of them is an error. */
export function planNotice(
  diagnostic: Diagnostic,
  isDeclared: (key: string) => boolean,
): PlanNotice {
  const { code, severity, message, why, fix, location } = diagnostic;
  // A message that begins with the name of a connection is about it.
  const key = /^"([^"]+)"[ :]/u.exec(message)?.[1];
  return {
    code,
    ...(key !== undefined && isDeclared(key) ? { key } : {}),
    level: severity === "note" ? "note" : "warning",
    message,
    ...(why === undefined ? {} : { why }),
    ...(fix === undefined ? {} : { fix }),
    ...(location === undefined ? {} : { location: planLocation(location) }),
  };
}
