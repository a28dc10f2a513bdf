import { join } from "node:path";
import { UserError } from "../../domain/problem/error.ts";
import type { FileChange } from "../../domain/source-file.ts";
import {
  inWords,
  placeNamed,
  readBytesIfThere,
  SHARED_FILE,
  writeAll,
} from "../../platform/files/index.ts";
import { EXPORT_FILES, EXPORT_MARK } from "./terraform-export.ts";
import type { ExportedFile } from "./terraform.ts";
import { plainText } from "../../output/escape.ts";
import { renderFileChanges } from "../../output/file-changes.ts";
import type { ExportTerraformInput } from "./command-terraform.ts";
import type { Io } from "../../command/io.ts";
import { respond } from "../../command/respond.ts";

/** Largest file of an earlier export that is read, to see whether it is one. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * Writes the files of an export to a folder, or all of them to stdout, and hands back the exit
 * status. Only files of an earlier export are written over.
 * @throws UserError CLI016 for a file that is not ours.
 */
export async function writeExport(
  files: readonly ExportedFile[],
  withoutId: readonly string[],
  input: ExportTerraformInput,
  io: Io,
): Promise<number> {
  const out = input.options.out;
  const isDry = input.options.dryRun;
  const changes =
    out === undefined
      ? files.map(({ name, text }) => ({
          path: name,
          before: null,
          after: text,
        }))
      : changesOf(io.cwd, out, files);
  if (out !== undefined && !isDry) await writeChanges(io.cwd, changes);
  return respond(io, {
    json: () => ({
      kind: "export",
      files: files.map(({ name, text }) => ({ name, text })),
      folder: out ?? null,
      written: out !== undefined && !isDry,
      connections_without_id: withoutId,
    }),
    text: () => {
      if (withoutId.length > 0 && !io.isQuiet)
        io.err(
          `no id in the inventory, so no import block: ${plainText(withoutId.join(", "))}\n`,
        );
      if (out !== undefined || isDry) return renderFileChanges(changes, isDry);
      // One text that Terraform accepts as one file; the notes are for a folder.
      const parts = files.filter(({ name }) => name.endsWith(".tf"));
      return parts.map(({ text }) => text).join("\n");
    },
  });
}

/**
 * Every file of this export, and those of an earlier one that it lacks: an import block that stays
 * behind would be carried out.
 */
function changesOf(
  cwd: string,
  out: string,
  files: readonly ExportedFile[],
): FileChange[] {
  const texts = new Map(files.map(({ name, text }) => [name, text]));
  return [...new Set([...texts.keys(), ...EXPORT_FILES])].flatMap((name) => {
    const path = join(out, name);
    const before = textThere(cwd, path);
    const after = texts.get(name) ?? null;
    const isOurs = before === null || before.includes(EXPORT_MARK);
    if (isOurs)
      return before === null && after === null ? [] : [{ path, before, after }];
    if (after === null) return [];
    throw new UserError("CLI016", `"${path}" cannot be written`, {
      why: "it exists and is not from an earlier export",
      fix: "name another folder, or move the file away",
      notDone: "no file was written",
    });
  });
}

/** Text of a plain file, `null` where nothing is. @throws UserError CLI016 for anything else. */
function textThere(cwd: string, path: string): string | null {
  try {
    const bytes = readBytesIfThere(placeNamed(cwd, path), MAX_BYTES);
    return bytes === null ? null : new TextDecoder().decode(bytes);
  } catch (error) {
    throw inWords(error, {
      code: "CLI016",
      what: `"${path}" cannot be written`,
      fix: "name another folder, or move it away",
      notDone: "no file was written",
    });
  }
}

async function writeChanges(
  cwd: string,
  changes: readonly FileChange[],
): Promise<void> {
  await writeAll(
    changes.map(({ path, before, after }) => ({
      place: placeNamed(cwd, path),
      bytes: after === null ? null : new TextEncoder().encode(after),
      mode: SHARED_FILE,
      objection: () =>
        textThere(cwd, path) === before
          ? undefined
          : "it changed while the command ran",
    })),
  );
}
