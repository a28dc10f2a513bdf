import type { DiagnosticCode } from "../../domain/problem/codes.ts";
import { InternalError, UserError } from "../../domain/problem/error.ts";
import {
  hasSystemCode,
  systemCause,
  systemCodeOf,
} from "../../domain/problem/system-cause.ts";

/** Why a file is not taken: what is there, what it is not, or the system's word. */
export type FileProblem =
  | "link"
  | "outside"
  | "not-a-file"
  | "too-large"
  | "missing"
  | "exists"
  | "changed"
  | "system";

/** What was to be done with it. */
export type FileAct = "read" | "written" | "removed";

/** What a refusal is made of. */
export interface FileFault {
  readonly problem: FileProblem;
  readonly why: string;
  readonly fix: string;
  /** What was left undone, where that is more than the act itself. */
  readonly notDone?: string;
  readonly cause?: unknown;
}

const NOT_DONE: Readonly<Record<FileAct, string>> = {
  read: "nothing was read from it",
  written: "no file was written",
  removed: "it is still there",
};

/**
 * A file that is not read, written or removed. Callers whose users know the file by another word
 * put it into theirs with {@link inWords}.
 */
export class FileError extends UserError {
  readonly problem: FileProblem;
  /** The file as its user named it. */
  readonly shown: string;
  /** True when `notDone` says more than the act, and has to stay. */
  readonly isPartial: boolean;

  constructor(act: FileAct, shown: string, fault: FileFault) {
    super(act === "read" ? "CLI105" : "CLI016", `"${shown}" cannot be ${act}`, {
      why: fault.why,
      fix: fault.fix,
      notDone: fault.notDone ?? NOT_DONE[act],
      ...(fault.cause === undefined ? {} : { cause: fault.cause }),
    });
    this.problem = fault.problem;
    this.shown = shown;
    this.isPartial = fault.notDone !== undefined;
  }
}

/** What the system said, as a {@link FileError}; anything else is handed back as it is. */
export function asFileError(
  act: FileAct,
  shown: string,
  cause: unknown,
): Error {
  if (cause instanceof FileError) return cause;
  if (systemCodeOf(cause) === undefined) return asError(cause);
  const { why, fix } = systemCause(cause);
  const problem = hasSystemCode(cause, "ENOENT") ? "missing" : "system";
  return new FileError(act, shown, { problem, why, fix, cause });
}

/** How a file is called where its user named it. */
export interface FileWords {
  readonly code: DiagnosticCode;
  /** Such as `the plan file "plan.json" cannot be read`. */
  readonly what: string;
  /**
   * What helps when the file is another one than it should be; for what the system refuses, the
   * system's cause says it.
   */
  readonly fix?: string;
  readonly notDone: string;
}

/**
 * A failure on files in the words of whoever works with them; any other error is handed back as it
 * is.
 */
export function inWords(error: unknown, words: FileWords): Error {
  const known = asFileError("read", "", error);
  if (!(known instanceof FileError)) return known;
  const isWrongFile = known.problem !== "system" && known.problem !== "link";
  const fix = isWrongFile ? (words.fix ?? known.fix) : known.fix;
  const notDone = known.isPartial ? known.notDone : words.notDone;
  return new UserError(words.code, words.what, {
    ...(known.why === undefined ? {} : { why: known.why }),
    ...(fix === undefined ? {} : { fix }),
    ...(notDone === undefined ? {} : { notDone }),
    cause: known,
  });
}

function asError(cause: unknown): Error {
  return cause instanceof Error
    ? cause
    : new InternalError("INT001", "something that is not an error was thrown", {
        cause,
      });
}
