import { ConflictError } from "../../domain/problem/error.ts";
import { shortCommit } from "../../domain/provenance.ts";
import type { ProposedChange } from "../../ports/approval-source.ts";
import type { ForgeComment } from "../../ports/forge.ts";
import { shellWord } from "../../util/shell-word.ts";
import { markOf, type CommentMark } from "../review/mark.ts";

/**
 * The mark of the newest comment that the forge says we wrote, nobody else changed and nobody
 * folded away. A mark in the words of anybody else is text like any other.
 * @throws ConflictError REV002 for one that is not of the newest commit: its review is not done.
 */
export function currentMark(
  comments: readonly ForgeComment[],
  {
    keys,
    change,
    environment,
  }: {
    readonly keys: readonly string[];
    readonly change: ProposedChange;
    readonly environment: string;
  },
): CommentMark | undefined {
  const own = comments.flatMap((comment) => {
    const mark = comment.isOwn ? markOf(comment.body) : undefined;
    return mark !== undefined && keys.includes(mark.key)
      ? [{ comment, mark }]
      : [];
  });
  const current = own.findLast(
    ({ mark }) => reviewedCommit(mark) === change.headCommit,
  );
  const { comment, mark } = current ?? own.at(-1) ?? {};
  if (comment === undefined || mark === undefined || comment.isHidden)
    return undefined;
  if (comment.isEdited)
    throw notOf(environment, {
      why: `somebody else changed our comment on pull request ${String(change.number)}`,
      fix: "run the review of that pull request again, which writes it anew",
    });
  if (current !== undefined) return mark;
  const reviewed = reviewedCommit(mark);
  throw notOf(environment, {
    why: `our comment on pull request ${String(change.number)} is of ${reviewed === null ? "no commit" : shortCommit(reviewed)}, and the newest commit is ${shortCommit(change.headCommit)}`,
    fix: "let its review finish, or run it again, and have that approved",
  });
}

/** Earlier versions did not tell the proposed commit from its merge. */
function reviewedCommit({ headCommit, commit }: CommentMark): string | null {
  return headCommit ?? commit;
}

function notOf(
  environment: string,
  { why, fix }: { readonly why: string; readonly fix: string },
): ConflictError {
  return new ConflictError(
    "REV002",
    `there is no review of what is to be applied to "${environment}"`,
    {
      why,
      fix: `${fix}; then: tieline apply ${shellWord(environment)} --expect-approved`,
      notDone: "nothing was changed",
    },
  );
}
