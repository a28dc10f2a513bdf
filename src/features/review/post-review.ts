import { TransientError } from "../../domain/problem/error.ts";
import type {
  CommitVerdict,
  Forge,
  ForgeComment,
  PullRequest,
} from "../../ports/forge.ts";
import { commentBody, outdatedBody, supersededBody } from "./comment.ts";
import { markOf, type CommentMark } from "./mark.ts";
import type { ReviewReport } from "./report.ts";

/** What becomes of the earlier comment. */
export type CommentMode = "update" | "hide-and-new" | "new";

/** What became of the comment. */
export type PostedComment = "created" | "updated" | "none" | "outdated";

/** How a review is posted. */
export interface PostOptions {
  readonly forge: Forge;
  readonly mode: CommentMode;
  readonly key: string;
  /** The commit of the pull request that was planned. */
  readonly headCommit: string;
  readonly signal: AbortSignal;
  /** Makes the body, where it is not that of a review of our own. */
  readonly body?: (previous: CommentMark | undefined) => string;
  /** Takes known secrets out of a text. */
  readonly scrub: (text: string) => string;
}

/** How a review with a comment for each environment is posted. */
export interface EachPostOptions extends PostOptions {
  /** Key of the comment of one environment. */
  readonly keyFor: (environment: string) => string;
}

interface Earlier {
  readonly comment: ForgeComment;
  readonly mark: CommentMark;
}

/**
 * Writes the one comment of a review. Only comments count that are marked as ours and that the
 * forge says are ours: anybody can copy a mark. Nothing is written when the pull request has moved
 * on, because the review of the newer commit writes it.
 */
export async function postComment(
  report: ReviewReport,
  options: PostOptions,
): Promise<PostedComment> {
  const { forge, mode, key, headCommit, signal, scrub } = options;
  const now = await forge.read(signal);
  if (now.headCommit !== headCommit) return "outdated";
  const earlier = earlierOf(now, key);
  const newest = earlier.at(-1);
  if (newest === undefined && isNothing(report)) return "none";
  const body = scrub(
    options.body?.(newest?.mark) ??
      commentBody(report, { key, headCommit }, newest?.mark),
  );
  const isUpdate = mode === "update" && newest !== undefined;
  if (isUpdate) await forge.updateComment(newest.comment, body, signal);
  else await createOnce(body, options);
  // Two runs at once may have left two: all but one are out of date.
  const outdated = isUpdate ? earlier.slice(0, -1) : earlier;
  for (const { comment, mark } of outdated)
    await (mode === "new"
      ? forge.updateComment(comment, outdatedBody(mark, comment.body), signal)
      : forge.hideComment(comment, supersededBody(mark), signal));
  return isUpdate ? "updated" : "created";
}

/**
 * Writes a comment for each environment; what stopped the review as a whole has one of its own.
 * An environment that was commented on and is not touched any more is told that.
 */
export async function postComments(
  report: ReviewReport,
  options: EachPostOptions,
): Promise<PostedComment> {
  const { forge, signal, key, keyFor } = options;
  if (report.error !== null) return postComment(report, options);
  const now = await forge.read(signal);
  const names = report.environments.map(({ name }) => name);
  const left = now.comments.flatMap(({ isOwn, body }) => {
    const mark = isOwn ? markOf(body) : undefined;
    const [name] = mark?.digests.keys() ?? [];
    const isLeft =
      name !== undefined && mark?.key === keyFor(name) && !names.includes(name);
    return isLeft ? [name] : [];
  });
  const posted: PostedComment[] = [];
  for (const name of new Set([...names, ...left])) {
    const environments = report.environments.filter(
      (each) => each.name === name,
    );
    const one = { ...report, environments };
    posted.push(await postComment(one, { ...options, key: keyFor(name) }));
  }
  // What an earlier review failed with as a whole does not count any more.
  for (const { comment, mark } of earlierOf(now, key))
    await forge.hideComment(comment, supersededBody(mark), signal);
  return (
    (["outdated", "created", "updated"] as const).find((each) =>
      posted.includes(each),
    ) ?? "none"
  );
}

/** The commit whose plans the comment of an earlier review has, where it is not this one. */
export function previousCommitOf(
  now: PullRequest,
  { key, headCommit }: { readonly key: string; readonly headCommit: string },
): string | null {
  const commit = earlierOf(now, key).at(-1)?.mark.headCommit ?? null;
  return commit === headCommit ? null : commit;
}

/** What stands at the commit. */
export function verdictOf(
  report: ReviewReport,
  at: Pick<CommitVerdict, "commit" | "name">,
  description: string,
): CommitVerdict {
  return { ...at, isSuccess: report.exitCode === 0, description };
}

/** A pull request that touches nothing gets no comment; one that touched something is told. */
function isNothing({ environments, error }: ReviewReport): boolean {
  return environments.length === 0 && error === null;
}

function earlierOf({ comments }: PullRequest, key: string): readonly Earlier[] {
  return comments.flatMap((comment) => {
    if (!comment.isOwn || comment.isHidden) return [];
    const mark = markOf(comment.body);
    return mark?.key === key ? [{ comment, mark }] : [];
  });
}

/**
 * Where the answer is lost, the comment may be there all the same: it is looked for before anything
 * is said.
 */
async function createOnce(
  body: string,
  { forge, signal }: PostOptions,
): Promise<void> {
  try {
    await forge.createComment(body, signal);
  } catch (error) {
    if (!(error instanceof TransientError) || !error.mayHaveCommitted)
      throw error;
    const { comments } = await forge.read(signal);
    if (
      !comments.some((each) => each.isOwn && each.body.trim() === body.trim())
    )
      throw error;
  }
}
