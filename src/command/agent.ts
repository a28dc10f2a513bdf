import type { ProcessEnv } from "../domain/environment-access.ts";
import { switchValue } from "./switches.ts";

/**
 * Variables by which coding agents tell the programs that they start who started them.
 * @remarks Source: the convention of the field; each is set by the agent of that name.
 */
export const AGENT_VARIABLES: readonly string[] = [
  "CLAUDECODE",
  "CURSOR_AGENT",
  "GITHUB_COPILOT",
  "AMAZON_Q",
  "OPENCODE",
];

/** Says whether a program reads what is printed, whatever the others say. */
export const AGENT_SWITCH = "TIELINE_AGENT";

/**
 * The variable that says that an agent runs this, which reads JSON and cannot be asked; `undefined`
 * where a person or a script does. Names of versions count as yes, a clear no as no.
 */
export function agentVariable(env: ProcessEnv): string | undefined {
  const own = env[AGENT_SWITCH] ?? "";
  if (own.trim() !== "")
    return switchValue(own) === true ? AGENT_SWITCH : undefined;
  return AGENT_VARIABLES.find((name) => switchValue(env[name] ?? "") !== false);
}
