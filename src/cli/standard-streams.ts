import { UNEXPECTED } from "./unexpected.ts";
import { systemCause, systemCodeOf } from "../domain/problem/system-cause.ts";

/** What became of what was printed. */
export interface OutputWatch {
  /**
   * The exit status of the process: that of the command, or 1 where all went well but for what was
   * printed.
   */
  settle(status: number): number;
}

/** A stream as far as watching it goes. */
type Watched = Pick<NodeJS.WriteStream, "on" | "write"> & {
  readonly isTTY?: boolean;
};

/**
 * Keeps a stream that cannot be written from ending the process: what a command has begun, such as
 * an apply, is finished and recorded whether anybody listens or not. A reader that went away
 * (`tieline plan | head`, a terminal that was closed) is no error; a full disk is one, told in one
 * line on the other stream.
 */
export function watchOutput(out: Watched, err: Watched): OutputWatch {
  let failure: { readonly name: string; readonly cause: unknown } | undefined;
  const watch = (name: string, stream: Watched): void => {
    stream.on("error", (cause: unknown) => {
      if (isGone(cause, stream.isTTY === true)) return;
      failure ??= { name, cause };
    });
  };
  watch("standard output", out);
  watch("standard error", err);
  return {
    settle(status) {
      if (failure === undefined) return status;
      const { name, cause } = failure;
      const { why, fix } = systemCause(cause);
      err.write(
        `error CLI016: ${name} cannot be written: ${why}; fix: ${fix}\n`,
      );
      return status === 0 ? 1 : status;
    },
  };
}

/**
 * True when nobody is there to read any more. What Node itself says comes after the system's word,
 * which was heard.
 */
function isGone(cause: unknown, isTerminal: boolean): boolean {
  const code = systemCodeOf(cause);
  return (
    code === undefined ||
    code === "EPIPE" ||
    code === "ECONNRESET" ||
    (isTerminal && code === "EIO")
  );
}

/**
 * What is printed when something went wrong that nobody foresaw: never a line of the program, which
 * could hold anything.
 */
export function crashText(cause: unknown, isDebug: boolean): string {
  const frames =
    isDebug && cause instanceof Error
      ? (cause.stack ?? "")
          .split("\n")
          .filter((line) => /^\s+at /u.test(line))
          .map((line) => `${line}\n`)
      : [];
  const { what, why, fix } = UNEXPECTED;
  return `error INT001: ${what}\n  why: ${why}\n  fix: ${fix}\n${frames.join("")}`;
}
