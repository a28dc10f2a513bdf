import { EXIT } from "../../command/exit-codes.ts";
import type { Io } from "../../command/io.ts";
import { readNamedText } from "../../command/named-files.ts";
import { respond } from "../../command/respond.ts";
import { readArtifactFile } from "../../documents/check/review-artifact-file.ts";
import type { ReviewArtifact } from "../../domain/generated/review-artifact.ts";
import {
  ConflictError,
  InvalidDocumentsError,
  UserError,
} from "../../domain/problem/error.ts";
import { shortCommit } from "../../domain/provenance.ts";
import { canonicalJson } from "../../util/canonical-json.ts";
import { sha256 } from "../../util/hash.ts";
import { artifactReport } from "./artifact-report.ts";
import type { ReviewInput } from "./command.ts";
import { reviewJson } from "./json.ts";
import { REVIEW_NAME } from "./mark.ts";
import { openForge, openPullRequests } from "./open-forge.ts";
import { reviewPlace } from "./place.ts";
import { postComment, verdictOf } from "./post-review.ts";
import { verdictText } from "./report.ts";
import { renderReview } from "./text.ts";
import { untrustedBody } from "./untrusted-comment.ts";
import { workflowRun, type WorkflowRun } from "./workflow-run.ts";

/** Far above what a review of many environments needs. */
const MAX_ARTIFACT_BYTES = 16 * 1024 * 1024;

/**
 * Posts what the job of a fork found, in a job that may. Which pull request it is about is told by
 * the event and the forge, never by the artifact; the commit it names must be that of the run.
 * Reads no document, no key and no credentials but the forge's token.
 * @throws UserError CLI001 for another event; InvalidDocumentsError SNP007 for an artifact that
 * cannot be used; ConflictError REV002 for one of another commit.
 */
export async function postArtifact(
  file: string,
  event: string | undefined,
  input: ReviewInput,
  io: Io,
): Promise<number> {
  const run = workflowRun(event);
  const artifact = readArtifact(file, io);
  if (artifact.head_commit !== run.headCommit) throw otherCommit(artifact, run);
  const report = artifactReport(artifact, file);
  const place = reviewPlace(io.env, event, input.options);
  const { signal } = io.interrupt;
  const number = await pullRequestOf(run, { place, io, signal });
  const name = `${input.options.name ?? REVIEW_NAME} (untrusted)`;
  const forge = openForge({ ...place, pullRequest: number }, io);
  const key = sha256(canonicalJson({ name })).slice(7, 23);
  try {
    const posted = await postComment(report, {
      forge,
      mode: input.options.comment ?? "update",
      key,
      headCommit: run.headCommit,
      signal,
      body: (previous) => untrustedBody(report, key, previous),
      scrub: (text) => io.scrubber.scrub(text),
    });
    if (posted !== "outdated")
      await forge.setVerdict(
        verdictOf(
          report,
          { commit: run.headCommit, name },
          io.scrubber.scrub(`by a job of the fork: ${verdictText(report)}`),
        ),
        signal,
      );
    const words = `The comment on pull request ${String(number)}: ${posted}.`;
    return respond(io, {
      json: () => reviewJson(report, words, undefined),
      text: () =>
        renderReview(report, io.style, {
          verbose: io.isVerbose,
          posted: words,
        }),
      // That it was posted is what this job is for; the verdict stands at the commit.
      exitCode: EXIT.done,
    });
  } finally {
    await forge.close();
  }
}

function readArtifact(file: string, io: Io): ReviewArtifact {
  const text = readNamedText(io.cwd, file, {
    kind: "the artifact of the review",
    maxBytes: MAX_ARTIFACT_BYTES,
    code: "CLI105",
    fix: "download what the other job wrote with --artifact, and name that file",
    notDone: "nothing was posted",
  });
  const { artifact, diagnostics } = readArtifactFile(text, file);
  if (artifact !== undefined) return artifact;
  throw new InvalidDocumentsError(
    "SNP007",
    "the artifact of the review cannot be used",
    diagnostics,
    "look at the job that wrote it; anybody who can open a pull request may have changed what it does",
  );
}

function otherCommit(
  { head_commit: found }: ReviewArtifact,
  { headCommit }: WorkflowRun,
): ConflictError {
  return new ConflictError("REV002", "the artifact is of another commit", {
    why: `it says ${shortCommit(found)}, and the run was for ${shortCommit(headCommit)}`,
    fix: "look at the job that wrote it; a newer run posts its own",
    notDone: "nothing was posted",
  });
}

/** The event names pull requests of the repository itself alone; those of forks the forge knows. */
async function pullRequestOf(
  run: WorkflowRun,
  {
    place,
    io,
    signal,
  }: {
    readonly place: ReturnType<typeof reviewPlace>;
    readonly io: Io;
    readonly signal: AbortSignal;
  },
): Promise<number> {
  const find = openPullRequests(place, io);
  try {
    const number = await find.numberOf(run, signal);
    if (number !== null) return number;
  } finally {
    await find.close();
  }
  throw new UserError("CLI001", "there is no open pull request of this run", {
    why: `no open pull request proposes ${shortCommit(run.headCommit)} from the branch of the run`,
    fix: "do nothing where it was closed or has a newer commit",
    notDone: "nothing was posted",
  });
}
