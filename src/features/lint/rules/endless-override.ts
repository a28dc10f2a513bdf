import type { LintRule } from "../rule.ts";
import { overridesIn } from "./overrides.ts";

/** Permissions for ever. */
export const endlessOverrideRule: LintRule = {
  code: "LNT015",
  name: "endless-override",
  level: "warning",
  summary: "Overrides have a last day.",
  why: "a permission without an end outlives its reason, and then lets pass what nobody looked at",
  fix: "add until: with the last day it is needed",
  securitySeverity: "3.0",
  check: (world) =>
    overridesIn(world)
      .filter(({ override: { until } }) => until === undefined)
      .map(({ at, words }) => ({ at, message: `${words} has no end` })),
};
