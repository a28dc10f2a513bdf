import { isEmptyPlan } from "../../engine/plan/empty-plan.ts";
import { describeDifferences } from "../../engine/approvals/parts.ts";
import {
  ConflictError,
  RefusedError,
  UserError,
} from "../../domain/problem/error.ts";
import type { Plan } from "../../domain/generated/plan.ts";
import { readOwnInventory } from "../../environment/own-inventory.ts";
import type { Environment } from "../../environment/open.ts";
import { plainText } from "../../output/escape.ts";
import { commandText } from "../../output/words.ts";
import { shellWord } from "../../util/shell-word.ts";
import type { Io } from "../../command/io.ts";
import {
  findApproval,
  type FoundApproval,
  type NothingApproved,
} from "../approval/find-approval.ts";
import { planIn } from "../plan/plan-in.ts";
import { approvalsRequiredIn } from "./approved.ts";
import { carryOut } from "./carry-out.ts";
import type { ApplyInput } from "./command.ts";

/**
 * What was approved is said by the pull request alone.
 * @throws UserError CLI001 for anything on the command line that would say it too.
 */
export function assertAlone(input: ApplyInput): void {
  const { approve, expect, forceSecrets, resume, rotate, target } =
    input.options;
  const isFile = input.args.what.endsWith(".json");
  const others = [
    ...(isFile ? ["a plan file"] : []),
    ...(approve.length > 0 ? ["--approve"] : []),
    ...(expect === undefined ? [] : ["--expect"]),
    ...(forceSecrets ? ["--force-secrets"] : []),
    ...(rotate.length > 0 ? ["--rotate"] : []),
    ...(resume ? ["--resume"] : []),
    ...(target === undefined ? [] : ["--target"]),
  ];
  if (others.length === 0) return;
  throw new UserError(
    "CLI001",
    `--expect-approved does not go together with ${others.join(", ")}`,
    {
      why: "what may be applied is what the review of the pull request showed, planned without any of it",
      fix: "leave one of them out",
      notDone: "nothing was changed",
    },
  );
}

/**
 * Plans, and applies the plan only if it is the one that was approved in the pull request of the
 * commit. Resolves to the exit status.
 * @throws RefusedError PLN223 where nobody approved; ConflictError PLN209 where something else was
 * approved, with what differs.
 */
export async function applyApproved(
  environment: Environment,
  input: ApplyInput,
  io: Io,
): Promise<number> {
  const { name, state, api } = environment;
  const inventory = await readOwnInventory(state, name, api.apiHost);
  const found = await findApproval(
    {
      environment: name,
      required: await approvalsRequiredIn(environment),
      isRecorded: inventory?.rules !== undefined,
      reviewName: input.options.reviewName,
    },
    input,
    io,
  );
  const { plan } = await planIn(environment);
  const work = { environment, plan, input, io, asks: false, approvals: [] };
  if (found.kind === "nothing") {
    assertNothingToDo(plan, found);
    say(io, `Nothing was up for approval: ${found.why}.`);
    return carryOut(work);
  }
  const { digest, rules } = found;
  const isSame = digest === plan.intent_digest;
  if (!isSame && !(await wasApplied(environment, plan, found)))
    throw somethingElse(plan, found);
  say(io, approvedText(found));
  if (!isSame) {
    say(io, "It was applied before, and nothing is to be done.");
    return carryOut(work);
  }
  return carryOut({ ...work, approval: { digest, rules }, expect: digest });
}

function approvedText({ number, approvers, digest }: FoundApproval): string {
  const who =
    approvers.length === 0 ? "reviewed" : `approved by ${approvers.join(", ")}`;
  return `Pull request ${String(number)}, ${who}: ${digest}`;
}

/** Nothing planned is fine only where nothing at all differs. */
function assertNothingToDo(plan: Plan, { why }: NothingApproved): void {
  if (isEmptyPlan(plan)) return;
  const name = plan.environment;
  throw new RefusedError("PLN223", `nobody approved a plan for "${name}"`, {
    why: `${why}, and there is something to do: what would have to be approved is ${plan.intent_digest}`,
    fix: `see it with ${commandText("plan", name)}; review it in a pull request (tieline review --expect-environments ${shellWord(name)}) and have that approved`,
    notDone: "nothing was changed",
  });
}

/** Runs that are looked through for one that carried out the approved plan. */
const MOST_RUNS = 50;

/** A job that runs once more finds nothing to do where the approved plan was carried out. */
async function wasApplied(
  { state }: Environment,
  plan: Plan,
  { digest }: FoundApproval,
): Promise<boolean> {
  if (!isEmptyPlan(plan)) return false;
  const ledger = await state.readLedger();
  for (const { planDigest, result } of ledger.slice(-MOST_RUNS).reverse()) {
    if (result !== "applied") continue;
    const applied = await state.readPlan(planDigest);
    if (applied?.intent_digest === digest) return true;
  }
  return false;
}

function somethingElse(plan: Plan, found: FoundApproval): ConflictError {
  const name = plan.environment;
  const lines = describeDifferences(found.parts, plan);
  return new ConflictError(
    "PLN209",
    `the plan for "${name}" is not the one that was approved in pull request ${String(found.number)}`,
    {
      why: `${lines.join("; ")}; approved is ${found.digest}, and what would have to be approved is ${plan.intent_digest}`,
      fix: `see it with ${commandText("plan", name)}; review it in a pull request (tieline review --expect-environments ${shellWord(name)}) and have that approved`,
      notDone: "nothing was changed",
    },
  );
}

function say(io: Io, text: string): void {
  if (!io.isQuiet) io.err(`${plainText(text)}\n`);
}
