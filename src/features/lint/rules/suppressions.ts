import type { LintRuleFacts } from "../rule.ts";

/** The rules about suppressions themselves. They cannot be suppressed. */
export const META_RULES = {
  incomplete: {
    code: "LNT021",
    name: "incomplete-suppression",
    level: "warning",
    summary: "A suppression names rules, a last day and a reason.",
    why: "without a reason nobody can tell when it may go, and without a last day it never goes; it keeps nothing quiet",
    fix: "write it like: # tieline-ignore LNT003 until 2027-01-31: waiting for the new name",
  },
  expired: {
    code: "LNT022",
    name: "expired-suppression",
    level: "warning",
    summary: "Suppressions whose last day has passed are removed.",
    why: "it keeps nothing quiet any more",
    fix: "remove the comment and what it was about, or renew it with a reason that still holds",
  },
  unused: {
    code: "LNT023",
    name: "unused-suppression",
    level: "warning",
    summary: "A suppression keeps something quiet.",
    why: "what it was about is gone, and it would hide the next finding of that kind",
    fix: "remove the comment",
  },
  unknown: {
    code: "LNT024",
    name: "unknown-suppression",
    level: "warning",
    summary: "A suppression names rules that exist.",
    why: "a misspelt name keeps nothing quiet",
    fix: "write the code or the name of a rule; docs/guides/lint.md lists them",
  },
} as const satisfies Record<string, LintRuleFacts>;
