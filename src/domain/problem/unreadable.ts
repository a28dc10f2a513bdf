import type { DiagnosticCode } from "./codes.ts";
import type { Plan } from "../generated/plan.ts";

/** Code of the finding, and of the error, about a connection that cannot be read. */
export const UNREADABLE = "DRV062" satisfies DiagnosticCode;

/**
 * Names of the connections that a plan leaves alone because they cannot be read: nothing is known
 * to be as declared of them.
 */
export function unreadableKeys({
  findings,
}: Pick<Plan, "findings">): readonly string[] {
  return findings.flatMap(({ code, key }) =>
    code === UNREADABLE && key !== undefined ? [key] : [],
  );
}
