import type { Diagnostic } from "../../domain/problem/diagnostic.ts";
import type { Snapshot } from "../../domain/generated/snapshot.ts";
import validateSnapshot from "../generated/validate-snapshot.js";
import { readDataFile, type DataKind } from "./data-file.ts";

/** The format that this program writes and reads. */
export const SNAPSHOT_FORMAT = "1.0";

const SNAPSHOT: DataKind = {
  kind: "snapshot",
  what: "the snapshot",
  format: SNAPSHOT_FORMAT,
  code: "SNP001",
  validate: validateSnapshot,
  why: "a plan is only as true as what it was made from, so a snapshot is understood in full or not used",
  again: "take it again",
};

/** A snapshot that was read from a file, or why it cannot be used. */
export interface ReadSnapshot {
  /** Absent when there is an error. Its digest and signature are not checked here. */
  readonly snapshot?: Snapshot;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads the file of a snapshot: size, JSON, format version, schema. Never throws. */
export function readSnapshotFile(text: string, file: string): ReadSnapshot {
  const { value, diagnostics } = readDataFile(text, file, SNAPSHOT);
  // The compiled validator checked exactly this shape.
  return value === undefined
    ? { diagnostics }
    : { snapshot: value as unknown as Snapshot, diagnostics };
}
