import { resolve } from "node:path";
import type { FileChange } from "../domain/source-file.ts";
import {
  FileError,
  inWords,
  placeIn,
  SHARED_FILE,
  writeAll,
  type FileWrite,
} from "../platform/files/index.ts";
import type { DocumentWriter } from "../ports/document-writer.ts";

/** Writes documents into a folder of the file system: all of them, or none. */
export function createWorkspaceWriter(root: string): DocumentWriter {
  const top = resolve(root);
  return {
    write: async (changes) => {
      try {
        await writeAll(changes.map((change) => writeOf(top, change)));
      } catch (error) {
        throw refusal(error);
      }
    },
  };
}

function writeOf(root: string, { path, before, after }: FileChange): FileWrite {
  return {
    place: placeIn(root, path),
    bytes: after === null ? null : new TextEncoder().encode(after),
    mode: SHARED_FILE,
    objection: (bytes) => {
      // Without the byte order mark, as documents are read.
      const now = bytes === null ? null : new TextDecoder().decode(bytes);
      if (now === before) return undefined;
      if (before === null) return "it exists already";
      return now === null ? "it is gone" : "it changed while the command ran";
    },
  };
}

/** What the system refuses, and what is not as it was, or not what it should be. */
function refusal(error: unknown): unknown {
  if (!(error instanceof FileError)) return error;
  const isSystem = error.problem === "system";
  return inWords(error, {
    code: "CFG046",
    what: `"${error.shown}" ${isSystem ? "could not be" : "is not"} written`,
    fix: "look at the file and run the command again",
    notDone: "nothing was written",
  });
}
