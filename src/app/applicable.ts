import { verifyPlanDigest } from "../engine/index.ts";
import { isDiagnosticCode } from "../domain/codes.ts";
import { ConflictError, RefusedError } from "../domain/error.ts";
import type { Plan } from "../domain/generated/plan.ts";
import type { Receipt } from "../domain/ledger.ts";
import type { ApplyContext } from "./apply-context.ts";

/**
 * Everything about a plan that can be checked without a request: unchanged since it was made, made for this API by this major version of the
 * program, not expired, not applied before, not refused by a guard.
 * @throws ConflictError PLN201–PLN206, RefusedError with the code of the first refusal.
 */
export function assertApplicable(
  plan: Plan,
  context: Pick<ApplyContext, "api" | "clock" | "toolVersion">,
  ledger: readonly Receipt[],
): void {
  const { api } = context;
  const again = `plan again: tieline plan ${plan.environment}`;
  const stale = (
    code: "PLN201" | "PLN202" | "PLN203" | "PLN205" | "PLN206",
    message: string,
    why: string,
  ): ConflictError =>
    new ConflictError(code, message, {
      why,
      fix: again,
      notDone: "nothing was changed",
    });

  if (!verifyPlanDigest(plan))
    throw stale(
      "PLN201",
      "the plan was altered after it was made",
      "its digest does not fit its content",
    );
  if (
    plan.target.api_host !== api.apiHost ||
    plan.target.driver !== api.driver
  ) {
    throw stale(
      "PLN202",
      "the plan was made for another API",
      `it names ${plan.target.driver} on ${plan.target.api_host}; the environment names ${api.driver} on ${api.apiHost}`,
    );
  }
  if (majorOf(plan.tool.version) !== majorOf(context.toolVersion)) {
    throw stale(
      "PLN206",
      "the plan was made by another major version of tieline",
      `it was made by ${plan.tool.version}; this is ${context.toolVersion}`,
    );
  }
  if (
    plan.expires_at !== null &&
    Date.parse(plan.expires_at) <= context.clock.now()
  ) {
    throw stale(
      "PLN203",
      "the plan has expired",
      `it could be applied until ${plan.expires_at}`,
    );
  }
  const used = ledger.find((receipt) => receipt.planDigest === plan.digest);
  if (used !== undefined)
    throw stale(
      "PLN205",
      "the plan was applied before",
      `run ${used.runId} applied it at ${used.finishedAt}; a plan is applied once`,
    );

  const refusals = plan.findings.filter(
    (finding) => finding.level === "refuse",
  );
  const [first] = refusals;
  if (first === undefined) return;
  const others =
    refusals.length === 1 ? "" : ` (and ${String(refusals.length - 1)} more)`;
  throw new RefusedError(
    isDiagnosticCode(first.code) ? first.code : "INT001",
    `refused: ${first.message}${others}`,
    {
      ...(first.fix === undefined ? {} : { fix: first.fix }),
      why: "a guard stands against the plan; only an override that names the guard and the connection lets it pass",
      notDone: "nothing was changed",
    },
  );
}

function majorOf(version: string): string {
  return version.split(".")[0] ?? version;
}
