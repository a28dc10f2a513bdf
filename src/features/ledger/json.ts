/** Machine forms of the ledger: members in snake_case, the same facts as the text. */
import { outcomeJson } from "../../output/outcome-json.ts";
import type { JsonObject } from "../../domain/json.ts";
import type { Receipt } from "../../domain/state/ledger.ts";
import type { BlameReport, LedgerVerdict, Origin } from "./report.ts";

/** One receipt in full. */
export function receiptJson(receipt: Receipt): JsonObject {
  return {
    kind: "receipt",
    digest: receipt.digest,
    previous: receipt.previous,
    run_id: receipt.runId,
    environment: receipt.environment,
    api_host: receipt.apiHost,
    plan_digest: receipt.planDigest,
    commit: receipt.commit,
    actor: receipt.actor,
    started_at: receipt.startedAt,
    finished_at: receipt.finishedAt,
    result: receipt.result,
    outcomes: receipt.outcomes.map(outcomeJson),
  };
}

/** Whether a ledger holds together. */
export function verdictJson(verdict: LedgerVerdict): JsonObject {
  return {
    kind: "ledger-verdict",
    state: verdict.place,
    receipts: verdict.receiptCount,
    checked_against_plan: verdict.checkedAgainstPlan,
    is_sound: verdict.findings.every(({ severity }) => severity !== "error"),
    findings: verdict.findings.map((found) => ({ ...found })),
  };
}

/** Which run last set each field. */
export function blameJson(report: BlameReport): JsonObject {
  return {
    kind: "blame",
    environment: report.environment,
    connection: report.connection,
    fields: report.lines.map(({ path, kind, value, isLetGo, origin }) => ({
      path,
      kind,
      is_let_go: isLetGo,
      ...(value === undefined ? {} : { value }),
      ...originJson(origin),
    })),
    unknown: report.unknown.map(originJson),
    doubtful: report.doubtful.map(originJson),
  };
}

function originJson(origin: Origin): JsonObject {
  return {
    receipt: origin.receipt,
    plan_digest: origin.planDigest,
    commit: origin.commit,
    actor: origin.actor,
    at: origin.at,
    action: origin.action,
  };
}
