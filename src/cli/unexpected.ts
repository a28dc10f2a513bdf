import { switchValue } from "../command/switches.ts";

/** What is said of an error that nobody foresaw, wherever it comes up. */
export const UNEXPECTED = {
  what: "an unexpected internal error",
  why: "this is a bug of tieline",
  fix: "run the command again with TIELINE_DEBUG=1 and report what it prints",
} as const;

/** Whether somebody looks for a bug, and wants to see where it is. */
export function isDebugging(): boolean {
  return switchValue(process.env["TIELINE_DEBUG"] ?? "") === true;
}
