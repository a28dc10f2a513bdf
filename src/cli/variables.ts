import type { ProcessEnv } from "../domain/environment-access.ts";
import type { InputValue, OptionDefinition } from "../command/input.ts";
import { AGENT_SWITCH } from "../command/agent.ts";
import { isPipeline, switchValue } from "../command/switches.ts";

/** What a variable said, or why it says nothing. */
export type VariableValue =
  | { readonly kind: "none" }
  | { readonly kind: "value"; readonly value: InputValue }
  | { readonly kind: "problem"; readonly why: string; readonly fix: string };

const NONE: VariableValue = { kind: "none" };

/** Variables that are on or off and belong to no option. */
export const OWN_SWITCHES: readonly string[] = ["TIELINE_DEBUG", AGENT_SWITCH];

/** Holds a switch to what a switch can be. */
export function readSwitch(text: string): VariableValue {
  const value = switchValue(text);
  return value === undefined
    ? {
        kind: "problem",
        why: "it is neither on nor off",
        fix: "write 1, true, yes or on to switch it on; 0, false, no, off or nothing to switch it off",
      }
    : { kind: "value", value };
}

/**
 * What the variable of an option says. It is held to the same rules as the option; an empty one is
 * one that is not set. A confirmation is not given by a variable alone: one that was exported once
 * would answer every question of every run. In a pipeline, where nobody can be asked, it is.
 */
export function readVariable(
  definition: OptionDefinition,
  text: string,
  env: ProcessEnv,
): VariableValue {
  if (definition.kind === "flag") {
    const value = readSwitch(text);
    if (definition.confirms !== true || isPipeline(env)) return value;
    return value.kind === "problem" ? value : NONE;
  }
  if (text === "") return NONE;
  if (definition.kind === "choice" && definition.switch !== undefined) {
    const isOn = switchValue(text);
    if (isOn !== undefined)
      return {
        kind: "value",
        value: isOn ? definition.switch.on : definition.switch.off,
      };
  }
  if (definition.kind === "choice" && !definition.choices.includes(text))
    return {
      kind: "problem",
      why: "it is not one of the choices",
      fix: `write one of: ${definition.choices.join(", ")}`,
    };
  return { kind: "value", value: definition.kind === "list" ? [text] : text };
}
