import { UserError } from "../domain/problem/error.ts";
import type { GuardOverride } from "../domain/environment.ts";
import type { Plan } from "../domain/generated/plan.ts";
import { plainText } from "../output/escape.ts";
import { argumentWord } from "../util/shell-word.ts";
import { AGENT_SWITCH, agentVariable } from "./agent.ts";
import { cannotAsk } from "./cannot-ask.ts";
import { exitCodeOfSignal } from "./exit-codes.ts";
import type { Io } from "./io.ts";

/**
 * Asks before applying: `yes`, or the environment's name when something is deleted or replaced.
 * Answering lifts no guard.
 * @throws UserError CLI005 when the answer is no, and when nobody can be asked.
 */
export async function confirm(plan: Plan, io: Io): Promise<void> {
  const why = cannotAsk(io);
  if (why !== undefined) {
    throw new UserError("CLI005", "apply needs a confirmation and cannot ask", {
      why,
      fix: `add --yes, or apply a reviewed plan file: tieline plan ${argumentWord(plan.environment)} --out plan.json, then tieline apply plan.json`,
      notDone: "nothing was changed",
    });
  }
  const expected = isDestructive(plan) ? plan.environment : "yes";
  const answer = await io.ask(
    `Apply these changes to ${plainText(plan.environment)}? Type "${plainText(expected)}" to go on: `,
  );
  if (answer !== expected)
    throw new UserError("CLI005", "not confirmed", {
      notDone: "nothing was changed",
    });
}

/**
 * An agent deletes and replaces only what somebody saw: `--yes` from it is no answer of a person.
 * @throws UserError CLI005 where the plan is one that it made just now.
 */
export function assertSeen(plan: Plan, io: Io): void {
  const agent = agentVariable(io.env);
  if (agent === undefined || !isDestructive(plan)) return;
  throw new UserError(
    "CLI005",
    "this would delete or replace connections, and nobody saw the plan",
    {
      why: `${agent} says that an agent runs this (${AGENT_SWITCH}=0 says that it does not), and --yes is no answer of a person`,
      fix: `have somebody read the plan of: tieline plan ${argumentWord(plan.environment)} --out plan.json; then run: tieline apply plan.json`,
      notDone: "nothing was changed",
    },
  );
}

function isDestructive({ summary }: Plan): boolean {
  return summary.delete + summary.replace > 0;
}

/**
 * `PLN104:gmail-support` → permission for that guard and connection. @throws UserError CLI001 for
 * another form or a missing reason.
 */
export function approvalsOf(
  texts: readonly string[],
  reason: string | undefined,
): GuardOverride[] {
  return texts.map((text) => {
    const match = /^([A-Z]{3}\d{3}|policy\/[a-z0-9-]+)(?::(.+))?$/u.exec(text);
    if (match?.[1] === undefined) {
      throw new UserError("CLI001", `"${text}" is not an approval`, {
        why: "an approval names a guard or policy and a connection",
        fix: "write it like PLN104:gmail-support or policy/naming:gmail-support",
      });
    }
    if (reason === undefined || reason.trim() === "") {
      throw new UserError("CLI001", `the approval "${text}" has no reason`, {
        why: "an approval is recorded with its reason",
        fix: "add --reason 'why'",
      });
    }
    return {
      guard: match[1],
      reason,
      ...(match[2] === undefined ? {} : { connection: match[2] }),
    };
  });
}

/** Exit status of a run that was asked to stop. */
export function interruptedCode(io: Io): number {
  return exitCodeOfSignal(io.interrupt.requested() ?? "SIGINT");
}
