import type { FolderListing, SourceFile } from "../domain/source-file.ts";

export type {
  FolderListing,
  RefusedFile,
  SourceFile,
} from "../domain/source-file.ts";

/**
 * Where documents come from.
 *
 * Obligations: never reads outside the workspace, not even through a symbolic link; never reads
 * more than 1 MiB of a file; skips hidden files; an unreadable file or folder is reported, never
 * left out in silence.
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
