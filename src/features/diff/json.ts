import type { PlanChange } from "../../domain/generated/plan.ts";
import type { EnvironmentDiff } from "./diff.ts";

/** What is compared, as people name it. */
export interface Compared {
  readonly from: string;
  /** `null` is the working tree. */
  readonly to: string | null;
}

/**
 * The machine form. What a plan holds is in it; a plan it is not, since nothing was asked of any
 * platform.
 */
export function diffJson(
  { from, to }: Compared,
  environments: readonly EnvironmentDiff[],
): object {
  return {
    kind: "diff",
    from,
    to,
    environments: environments.map(environmentJson),
  };
}

/**
 * Without what only a platform could have told: handles, preconditions, accounts, and the steps of
 * a driver.
 */
function changeJson(change: PlanChange): object {
  return {
    ...change,
    remote_id: undefined,
    precondition: undefined,
    operations: undefined,
    steps: undefined,
    impact: undefined,
  };
}

function environmentJson(found: EnvironmentDiff): object {
  const { name, kind } = found;
  switch (found.kind) {
    case "removed":
      return { name, kind, connections: found.connectionCount };
    case "unreadable":
      return { name, kind, diagnostics: found.diagnostics };
    default: {
      const { changes, orphans, local, rules, findings, notices, summary } =
        found.plan;
      return {
        name,
        kind,
        changes: changes.map(changeJson),
        orphans,
        local,
        rules: rules ?? [],
        findings,
        notices: notices ?? [],
        summary,
        // The place leads to the document itself: its file is told.
        hidden: found.hidden.map((each) => ({ ...each, place: undefined })),
      };
    }
  }
}
