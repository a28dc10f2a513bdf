import { writeTextFile } from "../../command/named-files.ts";
import type { Io } from "../../command/io.ts";
import { ARTIFACT_FORMAT } from "../../documents/check/review-artifact-file.ts";
import type {
  ReviewArtifact,
  ReviewArtifactError,
} from "../../domain/generated/review-artifact.ts";
import { VERSION } from "../../domain/generated/version.ts";
import type { Diagnostic } from "../../domain/problem/diagnostic.ts";
import {
  InvalidDocumentsError,
  UserError,
  type AppError,
} from "../../domain/problem/error.ts";
import { jsonText } from "../../output/json.ts";
import { clip } from "../../util/clip.ts";
import type { ReviewInput } from "./command.ts";
import type { ReviewPlace } from "./place.ts";
import type { ReviewReport } from "./report.ts";

/** What an artifact is written of. */
interface Reviewed {
  readonly report: ReviewReport;
  readonly place: ReviewPlace;
  readonly input: ReviewInput;
}

/**
 * Writes what a review found, for a job that may post it. Artifacts of public repositories are
 * public, so it takes plans from snapshots alone: those hold no handle.
 * @throws UserError CLI001 where it is not known which commit is proposed, or where plans were made
 * with the API.
 */
export async function writeArtifact(
  file: string,
  { report, place, input }: Reviewed,
  io: Io,
): Promise<void> {
  const head = place.headCommit ?? report.commit;
  const hasHandles =
    input.options.snapshot === undefined &&
    report.environments.some(({ kind }) => kind === "planned");
  if (hasHandles || head === null)
    throw new UserError("CLI001", "no artifact was written", {
      why: hasHandles
        ? "anybody may read it, and plans that were made with the API hold handles of the platform"
        : "it is not known which commit is proposed",
      fix: "run it on pull_request with --snapshot, as docs/guides/forks.md shows",
      notDone: "nothing was posted",
    });
  const artifact: ReviewArtifact = {
    format_version: ARTIFACT_FORMAT,
    kind: "review-artifact",
    tool: { name: "tieline", version: VERSION },
    head_commit: head,
    commit: report.commit,
    untouched: report.untouchedCount,
    ...(report.error === null ? {} : { error: errorOf(report.error) }),
    environments: report.environments.map((each) =>
      each.kind === "planned"
        ? { name: each.name, plan: { ...each.plan } }
        : { name: each.name, error: errorOf(each.error) },
    ),
  };
  await writeTextFile(io.cwd, file, io.scrubber.scrub(jsonText(artifact)));
}

const MAX_WORDS = 4000;
const MAX_DIAGNOSTICS = 200;

function errorOf(error: AppError): ReviewArtifactError {
  const { code, message, notDone } = error;
  const diagnostics =
    error instanceof InvalidDocumentsError ? error.diagnostics : [];
  return {
    code,
    message: clip(message, MAX_WORDS),
    ...words(error),
    ...(notDone === undefined ? {} : { not_done: clip(notDone, MAX_WORDS) }),
    diagnostics: diagnostics.slice(0, MAX_DIAGNOSTICS).map(diagnosticOf),
  };
}

function diagnosticOf(
  diagnostic: Diagnostic,
): NonNullable<ReviewArtifactError["diagnostics"]>[number] {
  const { code, severity, message, location } = diagnostic;
  return {
    code,
    severity,
    message: clip(message, MAX_WORDS),
    ...words(diagnostic),
    ...(location === undefined
      ? {}
      : {
          location: {
            file: clip(location.file, 1000),
            line: location.line,
            column: location.column,
          },
        }),
  };
}

function words(of: {
  readonly why?: string | undefined;
  readonly fix?: string | undefined;
}): { readonly why?: string; readonly fix?: string } {
  return {
    ...(of.why === undefined ? {} : { why: clip(of.why, MAX_WORDS) }),
    ...(of.fix === undefined ? {} : { fix: clip(of.fix, MAX_WORDS) }),
  };
}
