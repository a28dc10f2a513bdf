import type { Diagnostic } from "../../domain/problem/diagnostic.ts";
import type { RefusedFile } from "../../domain/source-file.ts";

/** Says that a file of a folder was not read. */
export function refusedFile({ path, detail }: RefusedFile): Diagnostic {
  return {
    code: "CFG002",
    severity: "error",
    message: `${JSON.stringify(path)} was not read: ${detail}`,
    location: { file: path, line: 1, column: 1 },
    why: "documents are plain files of at most 1 MiB inside the project",
    fix: "make it a readable plain file, or move it out of this folder",
  };
}
