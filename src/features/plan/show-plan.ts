import { readSigningKey } from "./signing-key.ts";
import { signPlan } from "./plan-signature.ts";
import type { PlanResult } from "./plan.ts";
import { isEmptyPlan } from "../../engine/plan/empty-plan.ts";
import { UserError } from "../../domain/problem/error.ts";
import type { Plan } from "../../domain/generated/plan.ts";
import { planForms } from "./plan-forms.ts";
import { plainText } from "../../output/escape.ts";
import { jsonText } from "../../output/json.ts";
import { shellWord } from "../../util/shell-word.ts";
import {
  EXIT,
  exitCodeInStyle,
  exitCodeOfPlan,
} from "../../command/exit-codes.ts";
import type { CommonInput, ValuesOf } from "../../command/input.ts";
import type {
  APPROVAL_OPTIONS,
  PLAN_FILE_OPTIONS,
} from "../../command/plan-options.ts";
import type { PlanInput } from "./command-plan.ts";
import type { Io } from "../../command/io.ts";

import { writeTextFile } from "../../command/named-files.ts";
import { workspaceFolder } from "../../command/workspace.ts";
import { writeInForm } from "../../command/write-forms.ts";
import { renderPlan } from "./text.ts";

/** A command line as far as it says what becomes of a plan: `adopt` and `forget` say less of it. */
interface ShownInput {
  readonly options: CommonInput["options"] &
    ValuesOf<typeof PLAN_FILE_OPTIONS & typeof APPROVAL_OPTIONS> &
    Partial<
      Pick<
        PlanInput["options"],
        "detailedExitcode" | "exitCodeStyle" | "ref" | "rotate" | "forceSecrets"
      >
    >;
}

/**
 * Signs a plan where that is asked for, writes its file, shows it, and resolves to the exit status
 * of having planned.
 */
export async function showPlan(
  { plan: unsigned }: Pick<PlanResult, "plan">,
  input: ShownInput,
  io: Io,
): Promise<number> {
  const plan = signed(unsigned, input, io);
  const out = planFileName(input);
  if (out !== undefined) await writeTextFile(io.cwd, out, jsonText(plan));
  if (io.isJson) io.out(jsonText(plan));
  else {
    const next = applyCommand(input, plan, out);
    const whole = wholeCommand(plan, out);
    const root = workspaceFolder(input, io) ?? io.cwd;
    if (!(await writeInForm(io, planForms(plan, { next, whole, root }))))
      io.out(renderPlan(plan, io.style, { verbose: io.isVerbose, next }));
    if (out !== undefined)
      io.err(
        `The plan is in ${plainText(out)}. A pipeline that plans again can ask for the same with: --expect ${plan.intent_digest}\n`,
      );
  }
  return exitCodeInStyle(codeOf(plan, input), input.options.exitCodeStyle);
}

function codeOf(plan: Plan, { options }: ShownInput): number {
  if (plan.findings.some((finding) => finding.level === "refuse"))
    return EXIT.refused;
  const leftOut = exitCodeOfPlan(plan, EXIT.failed);
  if (leftOut !== EXIT.done) return leftOut;
  const isTold =
    options.detailedExitcode === true || options.exitCodeStyle === "flux";
  return !isEmptyPlan(plan) && isTold ? EXIT.changes : EXIT.done;
}

/** @throws UserError CLI016 for a name that apply would not take, or that could be a document. */
function planFileName(input: ShownInput): string | undefined {
  const out = input.options.out;
  if (out === undefined || out.endsWith(".json")) return out;
  throw new UserError("CLI016", `the plan is not written to "${out}"`, {
    why: "apply knows a plan file by its ending, .json; documents and secrets end otherwise and are never written over",
    fix: "name a file that ends in .json",
    notDone: "no file was written",
  });
}

/**
 * What to type to have exactly this applied. A plan of another commit can only be applied where
 * that commit is checked out: what is owned and allowed is held against the checkout.
 */
function applyCommand(
  { options }: ShownInput,
  { environment, intent_digest: intent, source }: Plan,
  out: string | undefined,
): string {
  // What was made without asking the platform is made again, and held against what was reviewed.
  if (source.snapshot !== undefined)
    return `tieline apply ${shellWord(environment)} --expect ${shellWord(intent)}`;
  const { root, target, approve, reason, rotate = [] } = options;
  // A plan file holds what may pass and what is sent again.
  const repeated = {
    "--root": [root],
    "--target": [target],
    ...(out === undefined
      ? { "--approve": approve, "--reason": [reason], "--rotate": rotate }
      : {}),
  };
  const again = Object.entries(repeated).flatMap(([flag, values]) =>
    values.flatMap((value) =>
      value === undefined ? [] : [flag, shellWord(value)],
    ),
  );
  if (out === undefined && options.forceSecrets === true)
    again.push("--force-secrets");
  const command = [
    "tieline apply",
    shellWord(out ?? environment),
    ...again,
  ].join(" ");
  const ref = options.ref;
  return ref === undefined
    ? command
    : `git checkout --detach ${shellWord(ref)} && ${command}`;
}

/** What to type to see all of it. */
function wholeCommand({ environment }: Plan, out: string | undefined): string {
  return out === undefined
    ? `tieline plan ${shellWord(environment)} --verbose`
    : `tieline show ${shellWord(out)} --verbose`;
}

function signed(plan: Plan, input: ShownInput, io: Io): Plan {
  const file = input.options.signKeyFile;
  if (file === undefined) return plan;
  return signPlan(plan, readSigningKey(io, file), file);
}
