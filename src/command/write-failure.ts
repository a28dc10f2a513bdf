import type { Diagnostic } from "../domain/problem/diagnostic.ts";
import type { AppError } from "../domain/problem/error.ts";
import { safe } from "../output/escape.ts";
import { findingsForms } from "../output/findings-forms.ts";
import type { Io } from "./io.ts";
import { workspaceFolder } from "./workspace.ts";
import { writeInForm } from "./write-forms.ts";

/** What ended a command before it had a result. */
export interface Failure {
  /** Name of the command. */
  readonly command: string;
  readonly error: AppError;
  /** What is wrong with documents, where that is it. */
  readonly diagnostics: readonly Diagnostic[];
  /** What `--root` says. */
  readonly root: string | undefined;
}

/**
 * Writes what ended a command in the form in which its result was to be: who reads an annotation or
 * a comment is told, too. Counts of changes have no such form, and a plan that failed has none.
 */
export async function writeFailure(
  { command, error, diagnostics, root }: Failure,
  io: Io,
): Promise<void> {
  if (io.form === "gitlab") return;
  const { code, message, why, fix, notDone } = error;
  const folder = workspaceFolder({ options: { root } }, io) ?? io.cwd;
  await writeInForm(
    io,
    findingsForms({
      findings: [
        ...diagnostics.map((diagnostic) => ({ diagnostic })),
        {
          diagnostic: {
            code,
            severity: "error",
            message,
            ...(why === undefined ? {} : { why }),
            ...(fix === undefined ? {} : { fix }),
          },
        },
      ],
      root: folder,
      whole: `tieline ${command}`,
      nothing: safe``,
      closing:
        notDone === undefined ? [] : [safe`What was not done: ${notDone}.`],
    }),
  );
}
