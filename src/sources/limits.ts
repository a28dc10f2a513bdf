/** What every source of documents refuses, in one place and in the same words. */
import { UserError } from "../domain/problem/error.ts";
import type { RefusedFile } from "../ports/document-source.ts";

/** Largest file that is read, in bytes. */
export const MAX_FILE_BYTES: number = 1024 * 1024;
const DOCUMENT_NAME = /\.(?:yaml|yml|json)$/u;

/** Whether a file of a folder is taken for a document by its name. */
export function isDocumentName(name: string): boolean {
  return !name.startsWith(".") && DOCUMENT_NAME.test(name);
}

/** A file beyond {@link MAX_FILE_BYTES}. */
export function tooLarge(path: string): RefusedFile {
  return { path, reason: "too-large", detail: "it is larger than 1 MiB" };
}

/** The error for a single file that was asked for by name. */
export function refusedFile(file: RefusedFile): UserError {
  return new UserError(
    "CFG002",
    `"${file.path}" was not read: ${file.detail}`,
    {
      why: "documents are plain, readable files of at most 1 MiB inside the project",
      fix:
        file.fix ??
        "put the file itself there, and make it readable for this user",
    },
  );
}

/** The error for a folder whose folders were asked for. */
export function refusedFolder({ path, detail, fix }: RefusedFile): UserError {
  return new UserError(
    "CFG002",
    `the folder "${path}" was not read: ${detail}`,
    {
      why: "it lists the environments",
      fix: fix ?? "make it a readable folder inside the project",
    },
  );
}

/** The error for a path that leaves the project by its spelling. */
export function outsideRoot(path: string): UserError {
  return new UserError("CFG002", `"${path}" is outside the project`, {
    why: "documents are read from inside the project only",
    fix: "use a path below the root",
  });
}
