import {
  AppError,
  InternalError,
  InterruptedError,
  InvalidDocumentsError,
  UserError,
} from "../domain/problem/error.ts";
import { failedFile, systemCause } from "../domain/problem/system-cause.ts";
import { createScrubber } from "../domain/secret/scrubber.ts";
import { sweepScratch } from "../platform/files/index.ts";
import {
  diagnosticJson,
  errorJson,
  renderDiagnostics,
  renderError,
} from "../output/diagnostics.ts";
import { jsonText } from "../output/json.ts";
import type { CommandDefinition } from "../command/command.ts";
import type { Input } from "../command/input.ts";
import { exitCodeInStyle, exitCodeOf } from "../command/exit-codes.ts";
import type { Io } from "../command/io.ts";
import { writeFailure } from "../command/write-failure.ts";
import { isDebugging, UNEXPECTED } from "./unexpected.ts";
import { createTerminal, listenForInterrupts } from "./terminal.ts";

/** Runs a command and turns whatever ends it into text and an exit status. Never throws. */
export async function execute(
  command: CommandDefinition,
  input: Input,
): Promise<number> {
  const { interrupt, stop } = listenForInterrupts();
  const io = createTerminal(input, createScrubber(), interrupt);
  try {
    assertWorkingFolder(io);
    sweepScratch();
    const loaded = await command.load();
    return await loaded.run(input, io);
  } catch (cause) {
    const signal = interrupt.requested();
    const error =
      signal === undefined
        ? asAppError(cause)
        : new InterruptedError(
            "CLI002",
            "interrupted before anything was written",
            signal,
          );
    await report(error, { command, input, io });
    return exitCodeOfFailure(error, input);
  } finally {
    io.transient("");
    stop();
  }
}

function exitCodeOfFailure(error: AppError, { options }: Input): number {
  return exitCodeInStyle(exitCodeOf(error), options["exitCodeStyle"]);
}

/** Paths in arguments mean nothing in a folder that is gone. @throws UserError CLI105. */
function assertWorkingFolder({ cwd }: Io): void {
  if (cwd !== "") return;
  throw new UserError("CLI105", "the working folder cannot be read", {
    why: "it was removed or moved away",
    fix: "change into a folder that exists",
    notDone: "nothing was read or changed",
  });
}

function asAppError(cause: unknown): AppError {
  if (cause instanceof AppError) return cause;
  const file = failedFile(cause);
  if (file !== undefined) {
    // Whoever worked with the file had no words for it; what the system says is no bug all the
    // same.
    const what = file === "" ? "a file or folder" : `"${file}"`;
    return new UserError("CLI105", `${what} cannot be used`, {
      ...systemCause(cause),
      cause,
    });
  }
  return new InternalError("INT001", UNEXPECTED.what, {
    why:
      isDebugging() && cause instanceof Error
        ? (cause.stack ?? cause.message)
        : UNEXPECTED.why,
    fix: UNEXPECTED.fix,
    cause,
  });
}

async function report(
  error: AppError,
  {
    command,
    input,
    io,
  }: {
    readonly command: CommandDefinition;
    readonly input: Input;
    readonly io: Io;
  },
): Promise<void> {
  const diagnostics =
    error instanceof InvalidDocumentsError ? error.diagnostics : [];
  if (io.isJson) {
    io.out(
      jsonText({
        kind: "error",
        exit_code: exitCodeOfFailure(error, input),
        error: errorJson(error),
        diagnostics: diagnostics.map(diagnosticJson),
      }),
    );
    return;
  }
  const { root } = input.options;
  await writeFailure(
    {
      command: command.name,
      error,
      diagnostics,
      root: typeof root === "string" ? root : undefined,
    },
    io,
  );
  if (diagnostics.length > 0)
    io.err(renderDiagnostics(diagnostics, io.errStyle));
  io.err(renderError(error, io.errStyle));
}
