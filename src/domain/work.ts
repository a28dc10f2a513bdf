import { addSteps } from "../util/work.ts";
import { InvalidDocumentsError } from "./problem/error.ts";
import type { SourceLocation } from "./problem/location.ts";

/** What is being done, and to which file, in case it turns out to be too much. */
export interface WorkSubject {
  /** Completes "… asks for more work than a run may make": `the selection`. */
  readonly what: string;
  /** Called only when it was too much. */
  readonly location: () => SourceLocation | undefined;
}

let subject: WorkSubject | undefined;

/**
 * Does something that may turn out to be too much, under a name for it. The work is synchronous;
 * subjects may lie inside each other.
 */
export function during<T>(about: WorkSubject, work: () => T): T {
  const outer = subject;
  subject = about;
  try {
    return work();
  } finally {
    subject = outer;
  }
}

/**
 * Counts work that grows with the product of two things documents hold.
 * @throws InvalidDocumentsError CFG004 at what is being done, when the run has made too much of it.
 */
export function spend(steps: number): void {
  if (addSteps(steps)) return;
  const location = subject?.location();
  const what = subject?.what ?? "what these documents say together";
  throw new InvalidDocumentsError(
    "CFG004",
    `${what} asks for more work than a run may make`,
    [
      {
        code: "CFG004",
        severity: "error",
        message: `${what} asks for more work than a run may make`,
        ...(location === undefined ? {} : { location }),
        why: "documents come from anyone who can open a pull request, so what they can ask for has an end",
        fix: "write fewer patterns, operations or connections there",
      },
    ],
  );
}
