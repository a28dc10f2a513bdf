import { UserError } from "../../domain/problem/error.ts";
import type { Forge } from "../../ports/forge.ts";
import type { Io } from "../../command/io.ts";
import { respond } from "../../command/respond.ts";
import { workspaceFolder } from "../../command/workspace.ts";
import { locateRepository } from "../../platform/git/index.ts";
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
    const found = await atForge(forge, place, io);
    if ("report" in found) {
      const commit = place.headCommit;
      const report = await setVerdict(forge, found.report, {
        commit,
        input,
        io,
      });
      return { ...found, report };
    }
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
    const isSet = await setVerdict(forge, commented.report, {
      commit,
      input,
      io,
    });
    return { ...commented, report: isSet };
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
  place: ReviewPlace,
  io: Io,
): Promise<ReviewPlace | Done> {
  if (place.pullRequest === null) return place;
  try {
    const now = await forge.read(io.interrupt.signal);
    return {
      ...place,
      headCommit: place.headCommit ?? now.headCommit,
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
  report: ReviewReport,
  {
    commit,
    input,
    io,
  }: {
    readonly commit: string | null;
    readonly input: ReviewInput;
    readonly io: Io;
  },
): Promise<ReviewReport> {
  if (commit === null) return report;
  const name = input.options.name ?? REVIEW_NAME;
  const text = io.scrubber.scrub(verdictText(report));
  try {
    const { signal } = io.interrupt;
    await forge.setVerdict(
      verdictOf(report, { commit, name }, text),
      // A job that is stopped still says so.
      signal.aborted ? AbortSignal.timeout(LAST_WORD_MS) : signal,
    );
    return report;
  } catch (cause) {
    return withError(report, cause);
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
  const root = workspaceFolder(input, io);
  const prefix =
    root === undefined ? "" : (locateRepository(root)?.prefix ?? "");
  return reviewKey({
    name: input.options.name ?? REVIEW_NAME,
    prefix,
    ...(environment === undefined ? {} : { environment }),
  });
}
