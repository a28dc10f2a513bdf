import type { RefusedFile, SourceFile } from "../domain/source-file.ts";

/** One file of code, or why it is not looked at. */
export type CodeFile =
  | { readonly kind: "file"; readonly file: SourceFile }
  | { readonly kind: "skipped"; readonly skipped: RefusedFile };

/** Where application code comes from. */
export interface CodeSource {
  /**
   * Every file of code below the paths, one after the other. Obligations: reads nothing outside the
   * named folders, not even through a link; reads no file of more than 1 MiB; leaves out what
   * others wrote (`node_modules`, virtual environments, built output); ends.
   * @throws UserError USE004 for a path that does not exist.
   */
  files(paths: readonly string[]): Iterable<CodeFile>;
}
