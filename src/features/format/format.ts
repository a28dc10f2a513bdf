import { formatFile } from "../../documents/format/format.ts";
import type { Diagnostic } from "../../domain/problem/diagnostic.ts";
import type { FileChange } from "../../domain/source-file.ts";
import type { DocumentSource } from "../../ports/document-source.ts";
import { documentFiles } from "../../environment/documents/document-files.ts";
import { refusedFile } from "../../environment/documents/refused-file.ts";
import { append } from "../../util/append.ts";

/** What formatting would do. */
export interface FormatReport {
  /** Files that are not in the common form, with their text in it. */
  readonly changes: readonly FileChange[];
  /** How many files are in the common form already. */
  readonly unchanged: number;
  readonly leftAlone: readonly {
    readonly path: string;
    readonly why: string;
  }[];
  /** Of files that are no documents, or could not be read. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Brings documents into the common form; nothing is written here.
 * @throws UserError CLI001 for a path at which there is no document.
 */
export async function formatDocuments(
  source: DocumentSource,
  paths: readonly string[],
): Promise<FormatReport> {
  const { files, refused } = await documentFiles(source, paths);
  const changes: FileChange[] = [];
  const leftAlone: { path: string; why: string }[] = [];
  const diagnostics: Diagnostic[] = refused.map(refusedFile);
  let unchanged = 0;
  for (const { file, role } of files) {
    const result = formatFile(file, role);
    if (result.kind === "invalid") append(diagnostics, result.diagnostics);
    else if (result.kind === "left-alone")
      leftAlone.push({ path: file.path, why: result.why });
    else if (result.before === result.after) unchanged += 1;
    else
      changes.push({
        path: file.path,
        before: result.before,
        after: result.after,
      });
  }
  return { changes, unchanged, leftAlone, diagnostics };
}
