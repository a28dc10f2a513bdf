import type { Plan, PlanChange } from "../../domain/generated/plan.ts";
import { AppError } from "../../domain/problem/error.ts";
import type { Receipt } from "../../domain/state/ledger.ts";
import type { LedgerFinding, LedgerVerdict } from "./report.ts";
import type { Outcome } from "../../domain/state/outcome.ts";
import type { StateStore } from "../../ports/state-store.ts";
import { canonicalJson } from "../../util/canonical-json.ts";
import { sha256 } from "../../util/hash.ts";

/**
 * Holds a ledger against itself and the plans that were applied: every receipt has its digest and
 * follows the one before, and what each says was done is what its plan announced. Reads only.
 * @throws UserError STA001 when the ledger cannot be read at all.
 */
export async function verifyLedger(
  state: Pick<StateStore, "readLedger" | "readPlan" | "place">,
): Promise<LedgerVerdict> {
  const ledger = await state.readLedger();
  const findings: LedgerFinding[] = [...chainFindings(ledger)];
  let checkedAgainstPlan = 0;
  for (const [index, receipt] of ledger.entries()) {
    const { plan, problem } = await storedPlan(state, receipt);
    if (plan === null) {
      findings.push(finding(index, receipt, problem));
      continue;
    }
    const found = operationProblems(receipt, plan);
    if (found.length === 0) checkedAgainstPlan += 1;
    for (const message of found)
      findings.push(finding(index, receipt, { severity: "error", message }));
  }
  return {
    place: state.place,
    receiptCount: ledger.length,
    checkedAgainstPlan,
    findings: findings.sort((a, b) => a.line - b.line),
  };
}

interface Problem {
  readonly severity: LedgerFinding["severity"];
  readonly message: string;
}

function finding(
  index: number,
  receipt: Receipt,
  problem: Problem,
): LedgerFinding {
  return {
    code: "STA014",
    line: index + 1,
    receipt: receipt.digest,
    ...problem,
  };
}

/** The links of the chain, without the plans. */
export function chainFindings(ledger: readonly Receipt[]): LedgerFinding[] {
  const findings: LedgerFinding[] = [];
  const runs = new Set<string>();
  const [first] = ledger;
  ledger.forEach((receipt, index) => {
    const say = (message: string): void => {
      findings.push(finding(index, receipt, { severity: "error", message }));
    };
    if (digestOf(receipt) !== receipt.digest)
      say("its content does not have the digest it names: it was altered");
    const previous = ledger[index - 1]?.digest ?? null;
    if (receipt.previous !== previous)
      say(
        "it does not follow the receipt before it: one was removed, added or moved",
      );
    if (runs.has(receipt.runId))
      say(`the run ${receipt.runId} has a receipt already`);
    runs.add(receipt.runId);
    if (
      receipt.environment !== first?.environment ||
      receipt.apiHost !== first.apiHost
    )
      say("it belongs to another environment or host than the first one");
  });
  return findings;
}

/** `undefined` for a receipt that has no canonical form. */
function digestOf(receipt: Receipt): string | undefined {
  try {
    return sha256(canonicalJson({ ...receipt, digest: undefined }));
  } catch {
    return undefined;
  }
}

async function storedPlan(
  state: Pick<StateStore, "readPlan">,
  receipt: Receipt,
): Promise<
  | { readonly plan: Plan; readonly problem?: never }
  | { readonly plan: null; readonly problem: Problem }
> {
  try {
    const plan = await state.readPlan(receipt.planDigest);
    if (plan !== null) return { plan };
    return {
      plan: null,
      problem: {
        severity: "note",
        message: `its plan ${receipt.planDigest} is not stored, so what was done cannot be compared with it`,
      },
    };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "STA001") throw error;
    return {
      plan: null,
      problem: { severity: "error", message: error.message },
    };
  }
}

/** What a receipt says was done that its plan did not announce, or the other way round. */
export function operationProblems(receipt: Receipt, plan: Plan): string[] {
  const problems: string[] = [];
  if (plan.environment !== receipt.environment)
    problems.push(`its plan is for the environment ${plan.environment}`);
  if (plan.source.commit !== receipt.commit)
    problems.push("it names another commit than its plan");
  const changes = new Map(plan.changes.map((change) => [change.key, change]));
  const seen = new Set<string>();
  for (const outcome of receipt.outcomes) {
    const change = changes.get(outcome.key);
    const name = `"${outcome.key}"`;
    if (change === undefined || change.action !== outcome.action)
      problems.push(`its plan has no ${outcome.action} of ${name}`);
    else if (seen.has(outcome.key))
      problems.push(`it has two outcomes for ${name}`);
    else if (!followsPlan(outcome, change))
      problems.push(
        `what was done to ${name} (${stepsText(outcome)}) is not what its plan announced (${announced(change).join(", ")})`,
      );
    seen.add(outcome.key);
  }
  // A run that was cut off can only tell what it had announced.
  if (receipt.result !== "interrupted")
    for (const key of changes.keys())
      if (!seen.has(key)) problems.push(`it has no outcome for "${key}"`);
  return problems;
}

function announced(change: PlanChange): string[] {
  return change.steps.filter((step) => step !== "record");
}

function stepsText(outcome: Outcome): string {
  return outcome.steps.map(({ step }) => step).join(", ") || "nothing";
}

function followsPlan(outcome: Outcome, change: PlanChange): boolean {
  const steps = announced(change);
  const isPrefix = outcome.steps.every(({ step }, at) => steps[at] === step);
  const isWhole = outcome.steps.length === steps.length;
  switch (outcome.status) {
    case "applied":
      return isPrefix && (isWhole || outcome.isReadBack === true);
    case "skipped":
      return outcome.steps.length === 0;
    case "failed":
    case "unknown":
      return isPrefix;
  }
}
