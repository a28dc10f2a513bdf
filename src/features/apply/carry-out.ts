import { errorLine } from "../../command/event-lines.ts";
import { jsonLine } from "../../output/json.ts";
import { runForms } from "./forms.ts";
import { runJson } from "./json.ts";
import type { RunResult } from "./apply.ts";
import type { Approval } from "../../domain/approval.ts";
import type { GuardOverride } from "../../domain/environment.ts";
import { isEmptyPlan } from "../../engine/plan/empty-plan.ts";
import { AppError, UserError } from "../../domain/problem/error.ts";
import type { Plan } from "../../domain/generated/plan.ts";
import { unreadableKeys } from "../../domain/problem/unreadable.ts";
import { renderRun } from "./text.ts";
import { renderPlan } from "../plan/text.ts";
import { renderError } from "../../output/diagnostics.ts";
import { assertSeen, confirm, interruptedCode } from "../../command/confirm.ts";

import { exitCodeOfRun } from "../../command/exit-codes.ts";
import type { CommonInput, ValuesOf } from "../../command/input.ts";
import type { YES_OPTION } from "../../command/plan-options.ts";
import type { ApplyInput } from "./command.ts";
import type { Io } from "../../command/io.ts";
import { respondInForm } from "../../command/write-forms.ts";

import type { Environment } from "../../environment/open.ts";
import { applyIn, checksIn, type ApplyRequest } from "./apply-in.ts";

/**
 * A command line as far as it says how a plan is carried out: `adopt` and `forget` say less of it.
 */
interface RunInput {
  readonly options: CommonInput["options"] &
    ValuesOf<typeof YES_OPTION> &
    Partial<Pick<ApplyInput["options"], "expect" | "onError">>;
}

/** How a plan is carried out. */
export interface CarryOut {
  readonly environment: Environment;
  readonly plan: Plan;
  readonly input: RunInput;
  readonly io: Io;
  /**
   * False for a plan that was approved already: a reviewed file, or the rest of an approved run.
   */
  readonly asks: boolean;
  /** Permissions given on the command line. */
  readonly approvals: readonly GuardOverride[];
  /** What was approved where approvals are given. */
  readonly approval?: Approval;
  /** Digest the plan must have, where the command line does not say it. */
  readonly expect?: string;
}

/** Shows a plan, asks where that is due, applies it and reports. Resolves to the exit status. */
export async function carryOut(work: CarryOut): Promise<number> {
  const { environment, plan, input, io, approvals, approval } = work;
  const streams = input.options.jsonEvents === true;
  try {
    const request: ApplyRequest = {
      ...expectation(input),
      ...(work.expect === undefined ? {} : { expect: work.expect }),
      ...(approval === undefined ? {} : { approval }),
      approvals,
      stopsOnError: input.options.onError === "stop",
      shouldStop: () => io.interrupt.requested() !== undefined,
    };
    const checks = checksIn(environment, plan, request);
    // Nobody reads a plan that would do something else than it says.
    await checks.assertSound();
    if (!streams) show(work);
    await checks.assertAllowed();
    await settle(work, request.expect);
    io.interrupt.beginWriting();
    const result = await applyIn(environment, plan, request);
    const exitCode =
      result.result === "interrupted"
        ? interruptedCode(io)
        : exitCodeOfRun(result, plan);
    if (streams)
      io.out(jsonLine({ ...runJson(result, plan), exit_code: exitCode }));
    else {
      const run = {
        ...result,
        ruleCount: plan.rules?.length ?? 0,
        unreadable: unreadableKeys(plan),
      };
      const { root } = environment.source;
      await respondInForm(io, {
        ...runForms({ ...run, planned: plan.changes }, root),
        json: () => runJson(result, plan),
        text: () => renderRun(run, io.style),
        exitCode,
      });
    }
    reportUnrecorded(result, io);
    return exitCode;
  } catch (error) {
    if (streams && error instanceof AppError)
      io.out(errorLine(error.code, error.message));
    throw error;
  }
}

/** What was planned just now is agreed to. @throws UserError CLI005 where nobody does. */
async function settle(
  { plan, input, io, asks }: CarryOut,
  expect: string | undefined,
): Promise<void> {
  if (!asks) return;
  if (expect === undefined) assertSeen(plan, io);
  if (!isEmptyPlan(plan) && !input.options.yes) await confirm(plan, io);
}

/**
 * @throws UserError CLI001 for a text that no plan has: an empty variable must not count as no
 * expectation.
 */
function expectation(input: RunInput): Pick<ApplyRequest, "expect"> {
  const expect = input.options.expect;
  if (expect === undefined) return {};
  if (/^sha256:[0-9a-f]{64}$/u.test(expect)) return { expect };
  throw new UserError("CLI001", "--expect takes a digest", {
    why: 'a digest is "sha256:" and 64 hexadecimal digits, as plan --out prints it',
    fix: "pass on the digest or intent_digest of the plan that was reviewed",
    notDone: "nothing was changed",
  });
}

/**
 * The platform was changed and the state does not say so: in machine forms a member of the result,
 * for people the error itself.
 */
export function reportUnrecorded({ unrecorded }: RunResult, io: Io): void {
  if (unrecorded !== null) io.err(renderError(unrecorded, io.errStyle));
}

function show({ plan, io, asks, input }: CarryOut): void {
  // Nobody is asked about what was not shown.
  const willAsk = asks && !input.options.yes;
  if (io.isJson || (io.isQuiet && !willAsk)) return;
  io.err(renderPlan(plan, io.errStyle, { verbose: io.isVerbose }));
}
