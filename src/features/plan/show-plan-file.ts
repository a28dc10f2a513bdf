import { wasAltered } from "./altered.ts";
import { ConflictError } from "../../domain/problem/error.ts";
import type { Plan } from "../../domain/generated/plan.ts";
import type { ShowInput } from "./command-show.ts";
import { planForms } from "./plan-forms.ts";
import { renderPlan } from "./text.ts";
import { jsonText } from "../../output/json.ts";
import { shellWord } from "../../util/shell-word.ts";
import { EXIT } from "../../command/exit-codes.ts";
import type { Io } from "../../command/io.ts";
import { readPlan, workspaceFolder } from "../../command/workspace.ts";
import { writeInForm } from "../../command/write-forms.ts";

/**
 * Prints a plan file as it was shown when it was made. Needs no configuration, no key and no
 * network, so it cannot say whether the plan still holds.
 * @throws ConflictError PLN201 for a plan that is not as it was made: what it says cannot be
 * trusted.
 */
export async function showPlanFile(
  { args, options }: ShowInput,
  io: Io,
): Promise<number> {
  const file = args.plan;
  const plan: Plan = readPlan(io.cwd, file);
  const altered = wasAltered(plan);
  if (altered !== undefined)
    throw new ConflictError(altered.code, altered.message, {
      why: altered.why,
      fix: "make a plan: tieline plan <environment> --out plan.json",
      notDone: "nothing was shown",
    });
  if (io.isJson) {
    io.out(jsonText(plan));
    return EXIT.done;
  }
  const next = `tieline apply ${shellWord(file)}`;
  const whole = `tieline show ${shellWord(file)} --verbose`;
  const root = workspaceFolder({ options }, io) ?? io.cwd;
  if (!(await writeInForm(io, planForms(plan, { next, whole, root }))))
    io.out(renderPlan(plan, io.style, { verbose: io.isVerbose, next }));
  if (!io.isQuiet)
    io.err(
      "This is what the file says. Whether it is signed or expected, and still true, is found out by apply before it writes.\n",
    );
  return EXIT.done;
}
