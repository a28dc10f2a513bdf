/** One file of the workspace. */
export interface SourceFile {
  /** Relative to the workspace, forward slashes. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** A file that could not be taken in, and why. */
export interface RefusedFile {
  readonly path: string;
  readonly reason:
    "too-large" | "outside" | "unreadable" | "not-a-file" | "not-checked-out";
  /** For people: the limit or the operating system's word. */
  readonly detail: string;
  /** What helps, where the reason alone does not say it. */
  readonly fix?: string;
}

/** Files of one folder, with those refused. */
export interface FolderListing {
  /** False when the folder does not exist. */
  readonly exists: boolean;
  /** Sorted by path. */
  readonly files: readonly SourceFile[];
  readonly refused: readonly RefusedFile[];
}

/** A file of the workspace to write, replace or delete. */
export interface FileChange {
  /** Relative to the workspace, forward slashes. */
  readonly path: string;
  /**
   * Text the file held when it was read; `null` when there was none. What is there then must still
   * be that, or nothing is written.
   */
  readonly before: string | null;
  /** Text it is to hold; `null` deletes it. */
  readonly after: string | null;
}

/** What becomes of a file. */
export type FileFate = "created" | "changed" | "deleted";

/** What a change makes of its file. */
export function fateOf({ before, after }: FileChange): FileFate {
  if (after === null) return "deleted";
  return before === null ? "created" : "changed";
}
