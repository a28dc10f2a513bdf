import type { Io } from "./io.ts";
import { switchValue } from "./switches.ts";

/**
 * Why a question cannot be put, for an error that names what would have answered it; `undefined`
 * when it can.
 */
export function cannotAsk(io: Io): string | undefined {
  if (io.canAsk && !io.isJson) return undefined;
  const why = io.isJson
    ? "JSON mode never asks"
    : "nobody can be asked: there is no terminal, this is a pipeline (CI is set), or --no-input was given";
  return switchValue(io.env["TIELINE_YES"] ?? "") === true
    ? `${why}; TIELINE_YES answers only where CI is set, so that a variable left over from another time confirms nothing`
    : why;
}
