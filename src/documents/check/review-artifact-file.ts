import type { Diagnostic } from "../../domain/problem/diagnostic.ts";
import type { ReviewArtifact } from "../../domain/generated/review-artifact.ts";
import validateArtifact from "../generated/validate-review-artifact.js";
import { readDataFile, type DataKind } from "./data-file.ts";

/** The format that this program writes and reads. */
export const ARTIFACT_FORMAT = "1.0";

const ARTIFACT: DataKind = {
  kind: "review-artifact",
  what: "the artifact of the review",
  format: ARTIFACT_FORMAT,
  code: "SNP007",
  validate: validateArtifact,
  why: "the job of a fork wrote it, so anybody may have: it is understood in full or not used",
  again: "run the review again",
};

/** An artifact that was read, or why it cannot be used. */
export interface ReadArtifact {
  /** Absent when there is an error. Its plans are not checked here. */
  readonly artifact?: ReviewArtifact;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads the artifact of a review: size, JSON, format version, schema. Never throws. */
export function readArtifactFile(text: string, file: string): ReadArtifact {
  const { value, diagnostics } = readDataFile(text, file, ARTIFACT);
  // The compiled validator checked exactly this shape.
  return value === undefined
    ? { diagnostics }
    : { artifact: value as unknown as ReviewArtifact, diagnostics };
}
