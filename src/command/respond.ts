import { jsonText } from "../output/json.ts";
import { EXIT } from "./exit-codes.ts";
import type { Io } from "./io.ts";

/** The result of a command in both forms; only the one that is asked for is made. */
export type Answer = {
  /** `exit_code` is added to it. */
  readonly json: () => object;
  /** Done when absent. */
  readonly exitCode?: number;
} & (
  | {
      /** What stands on stdout. */
      readonly text: () => string;
    }
  | {
      /** Writes to both streams, in the order in which a person reads it. */
      readonly print: () => void;
    }
);

/** Writes the result of a command as text or as one JSON value, and hands back the exit status. */
export function respond(io: Io, answer: Answer): number {
  const { exitCode = EXIT.done } = answer;
  if (io.isJson) io.out(jsonText({ ...answer.json(), exit_code: exitCode }));
  else if ("print" in answer) answer.print();
  else io.out(answer.text());
  return exitCode;
}
