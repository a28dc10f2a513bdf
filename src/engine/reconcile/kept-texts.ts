/**
 * Texts as they are kept and told: without what is known to be secret, as text that can be stored,
 * and within bounds, however many connections there are and whatever they are called.
 */
import type { EnvironmentStatus } from "../../domain/reconcile/status.ts";
import { clip } from "../../util/clip.ts";
import { countOf } from "../../util/count.ts";

/** Lines of one list before the rest is only counted. */
const MAX_LINES = 20;
/** Far above a sentence with its reason. */
const MAX_CHARACTERS = 1_000;

type Scrub = (text: string) => string;

/** Lines to keep. */
export function keptLines(lines: readonly string[], scrub: Scrub): string[] {
  const kept = lines.slice(0, MAX_LINES).map((line) => keptText(line, scrub));
  const rest = lines.length - MAX_LINES;
  return rest > 0 ? [...kept, `and ${countOf(rest, "more line")}`] : kept;
}

/** A status whose sentences are fit to be kept. */
export function keptStatus(
  status: EnvironmentStatus,
  scrub: Scrub,
): EnvironmentStatus {
  const { problems, pending, proposal } = status;
  return {
    ...status,
    problems: problems.map(({ fix, ...problem }) => ({
      ...problem,
      message: keptText(problem.message, scrub),
      ...(fix === undefined ? {} : { fix: keptText(fix, scrub) }),
    })),
    pending:
      pending === null
        ? null
        : { ...pending, waitsFor: keptLines(pending.waitsFor, scrub) },
    ...(proposal === undefined
      ? {}
      : {
          proposal: { ...proposal, message: keptText(proposal.message, scrub) },
        }),
  };
}

function keptText(text: string, scrub: Scrub): string {
  // What was cut off first could leave the beginning of a secret that nobody knows any more.
  return clip(scrub(text).toWellFormed(), MAX_CHARACTERS);
}
