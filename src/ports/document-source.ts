/** One file of the workspace. */
export interface SourceFile {
  /** Relative to the workspace, forward slashes. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** A file that could not be taken in, and why. */
export interface RefusedFile {
  readonly path: string;
  readonly reason: "too-large" | "outside" | "unreadable" | "not-a-file";
  /** For people: the limit or the operating system's word. */
  readonly detail: string;
}

/** Files of one folder, with those refused. */
export interface FolderListing {
  /** False when the folder does not exist. */
  readonly exists: boolean;
  /** Sorted by path. */
  readonly files: readonly SourceFile[];
  readonly refused: readonly RefusedFile[];
}

/**
 * Where documents come from.
 *
 * Obligations: never reads outside the workspace, not even through a symbolic link; never reads more than 1 MiB of a file; skips hidden files;
 * an unreadable file or folder is reported, never left out in silence.
 */
export interface DocumentSource {
  /** The workspace, for messages. */
  readonly root: string;
  /** Every `.yaml`, `.yml` and `.json` file directly in a folder. */
  readFolder(folder: string): Promise<FolderListing>;
  /** One file, or `null` when it does not exist. @throws UserError when it is refused. */
  readFile(path: string): Promise<SourceFile | null>;
  /** Names of the folders in a folder, sorted; empty when it does not exist. */
  listFolders(folder: string): Promise<readonly string[]>;
}
