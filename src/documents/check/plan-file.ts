import type { Diagnostic } from "../../domain/problem/diagnostic.ts";
import type { Plan } from "../../domain/generated/plan.ts";
import validatePlan from "../generated/validate-plan.js";
import {
  checkData,
  MAX_DATA_LENGTH,
  readDataFile,
  type DataKind,
  type ReadData,
} from "./data-file.ts";

/** Largest plan file, in UTF-16 code units. */
export const MAX_PLAN_LENGTH: number = MAX_DATA_LENGTH;

const PLAN: DataKind = {
  kind: "plan",
  what: "the plan file",
  format: "1.4",
  code: "CFG030",
  validate: validatePlan,
  why: "apply does what a plan file says, so it takes only files that it understands in full",
  again: "plan again",
};

/** A plan that was read from a file, or why it cannot be used. */
export interface ReadPlan {
  /** Absent when there is an error. Its digest is not checked here. */
  readonly plan?: Plan;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads a plan file: size, JSON, format version, schema. Never throws. */
export function readPlanFile(text: string, file: string): ReadPlan {
  return asPlan(readDataFile(text, file, PLAN));
}

/** Checks a value that may be a plan: plain JSON, format version, schema. Never throws. */
export function checkPlan(value: unknown, file: string): ReadPlan {
  return asPlan(checkData(value, file, PLAN));
}

function asPlan({ value, diagnostics }: ReadData): ReadPlan {
  // The compiled validator checked exactly this shape.
  return value === undefined
    ? { diagnostics }
    : { plan: value as unknown as Plan, diagnostics };
}
