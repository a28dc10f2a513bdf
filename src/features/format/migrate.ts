import { migrateFile } from "../../documents/migrate/migrate-file.ts";
import {
  compareDiagnostics,
  type Diagnostic,
} from "../../domain/problem/diagnostic.ts";
import type { FileChange } from "../../domain/source-file.ts";
import type { DocumentSource } from "../../ports/document-source.ts";
import { inCommonForm } from "../../environment/documents/common-form.ts";
import { documentFiles } from "../../environment/documents/document-files.ts";
import { refusedFile } from "../../environment/documents/refused-file.ts";
import { append } from "../../util/append.ts";

/** What a migration would do. */
export interface MigrationReport {
  /** Never show `before`: it may hold the secrets that are taken out. */
  readonly changes: readonly FileChange[];
  /** How many files are of the newest version already. */
  readonly current: number;
  /** Errors are about files that stay as they are; warnings about secrets that were taken out. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Brings documents of older versions to the newest one; nothing is written here. */
export async function migrateDocuments(
  source: DocumentSource,
): Promise<MigrationReport> {
  const { files, refused } = await documentFiles(source, []);
  const changes: FileChange[] = [];
  const diagnostics: Diagnostic[] = refused.map(refusedFile);
  let current = 0;
  for (const { file, role } of files) {
    const migrated = migrateFile(file, role);
    append(diagnostics, migrated.diagnostics);
    if (migrated.change !== undefined)
      changes.push(inCommonForm({ path: file.path, ...migrated.change }));
    else if (migrated.diagnostics.length === 0) current += 1;
  }
  return {
    changes,
    current,
    diagnostics: diagnostics.sort(compareDiagnostics),
  };
}
