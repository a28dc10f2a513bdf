import type { Io } from "./io.ts";
import { AGENT_SWITCH, agentVariable } from "./agent.ts";
import { isPipeline, switchValue } from "./switches.ts";

/**
 * Why a question cannot be put, for an error that names what would have answered it; `undefined`
 * when it can.
 */
export function cannotAsk(io: Io): string | undefined {
  if (io.canAsk && !io.isJson) return undefined;
  const why = io.isJson ? "JSON mode never asks" : nobodyWhy(io);
  return switchValue(io.env["TIELINE_YES"] ?? "") === true
    ? `${why}; TIELINE_YES answers only where CI is set, so that a variable left over from another time confirms nothing`
    : why;
}

/** Why nobody is there who could be asked. */
function nobodyWhy({ env }: Io): string {
  const agent = agentVariable(env);
  if (isPipeline(env))
    return "nobody can be asked: CI is set, so this is a pipeline (CI=false says that it is none)";
  if (agent !== undefined)
    return `nobody can be asked: ${agent} says that an agent runs this (${AGENT_SWITCH}=0 says that it does not)`;
  return process.stdin.isTTY
    ? "nobody is asked: --no-input was given"
    : "nobody can be asked: standard input is no terminal";
}
