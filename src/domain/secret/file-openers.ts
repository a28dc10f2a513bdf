/**
 * Who can open a file of secrets, and whom the rules for it would let in with its next change:
 * public names, each once.
 */
export interface FileOpeners {
  readonly opened: readonly string[];
  readonly admitted: readonly string[];
}

/**
 * By path of the file, relative to the workspace; without files that are not there or cannot be
 * read.
 */
export type Openers = ReadonlyMap<string, FileOpeners>;
