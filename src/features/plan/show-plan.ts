import { readSigningKey } from "./signing-key.ts";
import { signPlan } from "./plan-signature.ts";
import type { PlanResult } from "./plan.ts";
import { UserError } from "../../domain/problem/error.ts";
import type { Plan } from "../../domain/generated/plan.ts";
import { renderPlan } from "./text.ts";
import { renderDiagnostics } from "../../output/diagnostics.ts";
import { plainText } from "../../output/escape.ts";
import { jsonText } from "../../output/json.ts";
import { shellWord } from "../../util/shell-word.ts";
import { EXIT, exitCodeOfPlan } from "../../command/exit-codes.ts";
import { listOf, textOf, type Input } from "../../command/input.ts";
import type { Io } from "../../command/io.ts";

import { writeTextFile } from "../../command/named-files.ts";

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
    io.out(
      renderPlan(plan, io.style, {
        verbose: io.isVerbose,
        next: applyCommand(input, plan, out),
      }),
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

/** Options of a plan that its apply has to be given again, with their value: first those that say where. */
const REPEATED: readonly (readonly [option: string, flag: string])[] = [
  ["root", "--root"],
  ["target", "--target"],
  ["approve", "--approve"],
  ["reason", "--reason"],
  ["rotate", "--rotate"],
];
const PLACES = 2;

/**
 * What to type to have exactly this applied. A plan of another commit can only be applied where that commit is checked out: what is owned
 * and allowed is held against the checkout.
 */
function applyCommand(
  { options }: Input,
  { environment }: Plan,
  out: string | undefined,
): string {
  // A plan file holds what may pass and what is sent again.
  const repeated = out === undefined ? REPEATED : REPEATED.slice(0, PLACES);
  const again = repeated.flatMap(([option, flag]) =>
    listOf(options[option]).flatMap((value) => [flag, shellWord(value)]),
  );
  if (out === undefined && options["forceSecrets"] === true)
    again.push("--force-secrets");
  const command = [
    "tieline apply",
    shellWord(out ?? environment),
    ...again,
  ].join(" ");
  const ref = textOf(options["ref"]);
  return ref === undefined
    ? command
    : `git checkout --detach ${shellWord(ref)} && ${command}`;
}

function signed(plan: Plan, input: Input, io: Io): Plan {
  const file = textOf(input.options["signKeyFile"]);
  if (file === undefined) return plan;
  return signPlan(plan, readSigningKey(io, file), file);
}
