import { UserError } from "../../domain/problem/error.ts";
import type { Forge } from "../../ports/forge.ts";
import type { Io } from "../../command/io.ts";
import { respond } from "../../command/respond.ts";
import { workspaceFolder } from "../../command/workspace.ts";
import { locateRepository } from "../../platform/git/index.ts";
import { checkDetail, jobPage } from "./check-detail.ts";
import type { ReviewInput } from "./command.ts";
import { commentBody } from "./comment.ts";
import { conductReview, failedReport } from "./conduct-review.ts";
import { reviewJson } from "./json.ts";
import { REVIEW_NAME, reviewKey } from "./mark.ts";
import { openForge } from "./open-forge.ts";
import { readEvent } from "./event-file.ts";
import { postArtifact } from "./post-artifact.ts";
import { writeArtifact } from "./write-artifact.ts";
import { reviewPlace, type ReviewPlace } from "./place.ts";
import { asAppError } from "./plan-environments.ts";
import {
  postComment,
  postComments,
  previousCommitOf,
  verdictOf,
  type EachPostOptions,
  type PostOptions,
} from "./post-review.ts";
import { verdictText, worstCode, type ReviewReport } from "./report.ts";
import { writeStepFiles } from "./step-files.ts";
import { renderReview } from "./text.ts";

/** Carries out `tieline review [environment…]`. Resolves to the exit status. */
export async function run(input: ReviewInput, io: Io): Promise<number> {
  const { artifact, fromArtifact } = input.options;
  if (fromArtifact !== undefined)
    return postArtifact(fromArtifact, readEvent(io), input, io);
  const place = reviewPlace(io.env, readEvent(io), input.options);
  const key = keyOf(input, io);
  const isQuiet = input.options.dryRun || artifact !== undefined;
  if (isQuiet && place.isUntold) throw untoldFork();
  // For a fork nothing is sent to anybody, its token included.
  const isSilent = isQuiet || place.isFork;
  const done = isSilent
    ? {
        report: await conductReview(place, input, io),
        posted: place.isFork
          ? "Nothing was posted: the commits come from another repository."
          : `Nothing was posted: ${artifact === undefined ? "--dry-run" : "--artifact"}.`,
      }
    : await reviewAndPost({ place, key }, input, io);
  const { report, posted } = done;
  await writeStepFiles(report, io);
  if (artifact !== undefined)
    await writeArtifact(artifact, { report, place, input }, io);
  const comment = input.options.dryRun
    ? io.scrubber.scrub(
        commentBody(report, { key, headCommit: place.headCommit }, undefined),
      )
    : undefined;
  return respond(io, {
    json: () => reviewJson(report, posted, comment),
    text: () =>
      comment === undefined
        ? renderReview(report, io.style, { verbose: io.isVerbose, posted })
        : `${comment}\n${verdictText(report)}\n${posted}\n`,
    exitCode: report.exitCode,
  });
}

/** A dry run asks no forge, and so could not refuse. */
function untoldFork(): UserError {
  return new UserError(
    "CLI001",
    "it cannot be told whether this pull request is of a fork",
    {
      why: "the event of this job does not say it, and --dry-run asks no forge",
      fix: "run it on pull_request, or without --dry-run",
      notDone: "nothing was planned and nothing was sent",
    },
  );
}

interface Done {
  readonly report: ReviewReport;
  /** What became of the comment, in a sentence. */
  readonly posted: string;
}

interface Where {
  readonly place: ReviewPlace;
  readonly key: string;
}

async function reviewAndPost(
  { place, key }: Where,
  input: ReviewInput,
  io: Io,
): Promise<Done> {
  const forge = openForge(place, io);
  try {
    const found = await atForge(forge, { place, key }, io);
    if ("report" in found)
      return await setVerdict(forge, found, {
        commit: place.headCommit,
        previousCommit: null,
        key,
        input,
        io,
      });
    if (found.isFork)
      return {
        report: await conductReview(found, input, io),
        posted: "Nothing was posted: the commits come from another repository.",
      };
    const report = await conductReview(found, input, io);
    const commit = found.headCommit ?? report.commit;
    const post =
      place.pullRequest === null || commit === null
        ? undefined
        : {
            forge,
            mode: input.options.comment ?? "update",
            key,
            headCommit: commit,
            signal: io.interrupt.signal,
            scrub: (text: string) => io.scrubber.scrub(text),
            ...(input.options.commentPer === "environment"
              ? { keyFor: (name: string) => keyOf(input, io, name) }
              : {}),
          };
    const commented = await comment(report, post);
    return await setVerdict(forge, commented, {
      commit,
      previousCommit: found.previousCommit,
      key,
      input,
      io,
    });
  } finally {
    await forge.close();
  }
}

/**
 * What the forge knows of the pull request beside the event: its newest commit, and whether it is
 * from a fork.
 */
async function atForge(
  forge: Forge,
  { place, key }: Where,
  io: Io,
): Promise<(ReviewPlace & { readonly previousCommit: string | null }) | Done> {
  if (place.pullRequest === null) return { ...place, previousCommit: null };
  try {
    const now = await forge.read(io.interrupt.signal);
    const headCommit = place.headCommit ?? now.headCommit;
    return {
      ...place,
      headCommit,
      previousCommit: previousCommitOf(now, { key, headCommit }),
      isFork: place.isFork || now.isFork,
    };
  } catch (cause) {
    return {
      report: failedReport(asAppError(cause)),
      posted: "Nothing was posted: the forge did not answer.",
    };
  }
}

/** Longest time for saying that a job was stopped: runners kill it soon. */
const LAST_WORD_MS = 5_000;

const SENTENCES = {
  created: "The comment was posted.",
  updated: "The comment was updated.",
  none: "There is no comment: nothing is touched.",
  outdated:
    "The comment was left alone: there is a newer commit, whose review writes it.",
} as const;

async function comment(
  report: ReviewReport,
  options: PostOptions | EachPostOptions | undefined,
): Promise<Done> {
  if (options === undefined)
    return { report, posted: "There is no pull request to comment on." };
  try {
    const posted = await ("keyFor" in options
      ? postComments(report, options)
      : postComment(report, options));
    return { report, posted: SENTENCES[posted] };
  } catch (cause) {
    return {
      report: withError(report, cause),
      posted: "The comment was not posted.",
    };
  }
}

/** Says at the commit what became of it; a review whose verdict nobody sees has failed. */
async function setVerdict(
  forge: Forge,
  done: Done,
  {
    commit,
    previousCommit,
    key,
    input,
    io,
  }: {
    readonly commit: string | null;
    readonly previousCommit: string | null;
    readonly key: string;
    readonly input: ReviewInput;
    readonly io: Io;
  },
): Promise<Done> {
  if (commit === null) return done;
  const { report } = done;
  const name = input.options.name ?? REVIEW_NAME;
  const scrub = (text: string): string => io.scrubber.scrub(text);
  const notes: string[] = [];
  const detail = checkDetail(report, {
    key,
    previousCommit,
    prefix: prefixOf(input, io),
    detailsUrl: jobPage(io.env),
    tell: (sentence) => notes.push(sentence),
    scrub,
  });
  try {
    const { signal } = io.interrupt;
    await forge.setVerdict(
      {
        ...verdictOf(report, { commit, name }, scrub(verdictText(report))),
        detail,
      },
      // A job that is stopped still says so.
      signal.aborted ? AbortSignal.timeout(LAST_WORD_MS) : signal,
    );
    return { report, posted: [done.posted, ...notes].join(" ") };
  } catch (cause) {
    return { ...done, report: withError(report, cause) };
  }
}

function withError(report: ReviewReport, cause: unknown): ReviewReport {
  const failed = failedReport(asAppError(cause));
  return {
    ...report,
    error: report.error ?? failed.error,
    exitCode: worstCode([report.exitCode, failed.exitCode]),
  };
}

function keyOf(input: ReviewInput, io: Io, environment?: string): string {
  return reviewKey({
    name: input.options.name ?? REVIEW_NAME,
    prefix: prefixOf(input, io),
    ...(environment === undefined ? {} : { environment }),
  });
}

/** Where the workspace lies in its repository. */
function prefixOf(input: ReviewInput, io: Io): string {
  const root = workspaceFolder(input, io);
  return root === undefined ? "" : (locateRepository(root)?.prefix ?? "");
}
