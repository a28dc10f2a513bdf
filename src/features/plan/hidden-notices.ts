import { locationOf } from "../../documents/read/report.ts";
import type { Diagnostic } from "../../domain/problem/diagnostic.ts";
import { shortCommit } from "../../domain/provenance.ts";
import type { AppliedCommit } from "../../environment/documents/applied-files.ts";
import type { Desired } from "../../environment/documents/documents.ts";
import { valueText } from "../../output/value-text.ts";
import { coveredFiles, hiddenChanges } from "./hidden-changes.ts";

/**
 * What changed in shared documents since the commit that was applied last, and does not reach this
 * environment, because a layer above says otherwise: whoever changed it may believe that it does.
 */
export async function hiddenDiagnostics(
  { rules, authored = new Map() }: Pick<Desired, "rules" | "authored">,
  applied: AppliedCommit | undefined,
): Promise<Diagnostic[]> {
  if (applied === undefined) return [];
  // Resolving another commit costs as much as this one; most plans find every shared file as it
  // was.
  const isAsApplied = [...coveredFiles(authored)].every(([file, text]) =>
    applied.hasText(file, text),
  );
  if (isAsApplied) return [];
  const before = await applied.authored(rules.name);
  return hiddenChanges(before, authored).map(
    ({ key, path, file, place, hiddenBy, stays }) => ({
      code: "PLN121",
      severity: "warning",
      message: `"${key}": ${path} changed in ${file} since ${shortCommit(applied.commit)}, which was applied; ${hiddenBy} hides it here (stays ${valueText(stays).toString()})`,
      why: "a layer above says another value, so the change of the shared document does not reach this environment",
      fix: `remove the value from ${hiddenBy} to follow the shared document; leave it to keep what stands there`,
      location: locationOf(place),
    }),
  );
}
