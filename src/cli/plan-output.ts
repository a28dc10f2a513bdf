import { signPlan } from "../app/plan-signature.ts";
import type { PlanResult } from "../app/plan.ts";
import { UserError } from "../domain/error.ts";
import type { Plan } from "../domain/generated/plan.ts";
import {
  jsonText,
  plainText,
  renderDiagnostics,
  renderPlan,
} from "../render/index.ts";
import { EXIT, exitCodeOfPlan } from "./exit-codes.ts";
import { textOf, type Input } from "./input.ts";
import type { Io } from "./io.ts";
import { readSigningKey } from "./signing-keys.ts";
import { writeTextFile } from "./named-files.ts";

/** Signs a plan where that is asked for, writes its file, shows it, and resolves to the exit status of having planned. */
export async function showPlan(
  { plan: unsigned, diagnostics }: PlanResult,
  input: Input,
  io: Io,
): Promise<number> {
  const plan = signed(unsigned, input, io);
  const out = planFileName(input);
  if (out !== undefined) await writeTextFile(io.cwd, out, jsonText(plan));
  if (io.isJson) io.out(jsonText(plan));
  else {
    if (diagnostics.length > 0 && !io.isQuiet)
      io.err(renderDiagnostics(diagnostics, io.errStyle));
    const applyCommand = out === undefined ? {} : commandFor(out);
    io.out(
      renderPlan(plan, io.style, { verbose: io.isVerbose, ...applyCommand }),
    );
    if (out !== undefined)
      io.err(
        `The plan is in ${plainText(out)}. A pipeline that plans again can ask for the same with: --expect ${plan.intent_digest}\n`,
      );
  }
  if (plan.findings.some((finding) => finding.level === "refuse"))
    return EXIT.refused;
  const leftOut = exitCodeOfPlan(plan, EXIT.failed);
  if (leftOut !== EXIT.done) return leftOut;
  return plan.changes.length > 0 && input.options["detailedExitcode"] === true
    ? EXIT.changes
    : EXIT.done;
}

/** @throws UserError CLI016 for a name that apply would not take, or that could be a document. */
function planFileName(input: Input): string | undefined {
  const out = textOf(input.options["out"]);
  if (out === undefined || out.endsWith(".json")) return out;
  throw new UserError("CLI016", `the plan is not written to "${out}"`, {
    why: "apply knows a plan file by its ending, .json; documents and secrets end otherwise and are never written over",
    fix: "name a file that ends in .json",
    notDone: "no file was written",
  });
}

function commandFor(file: string): { readonly applyCommand: string } {
  return { applyCommand: `tieline apply ${file}` };
}

function signed(plan: Plan, input: Input, io: Io): Plan {
  const file = textOf(input.options["signKeyFile"]);
  if (file === undefined) return plan;
  return signPlan(plan, readSigningKey(io, file), file);
}
