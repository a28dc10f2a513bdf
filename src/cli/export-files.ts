import { existsSync, lstatSync, readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { UserError } from "../domain/error.ts";
import type { FileChange } from "../domain/source-file.ts";
import {
  EXPORT_FILES,
  EXPORT_MARK,
  jsonText,
  plainText,
  renderFileChanges,
  type ExportedFile,
} from "../render/index.ts";
import { createWorkspaceWriter } from "../sources/workspace-writer.ts";
import { textOf, type Input } from "./input.ts";
import type { Io } from "./io.ts";

/** Largest file of an earlier export that is read, to see whether it is one. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * Writes the files of an export to a folder, or all of them to stdout. Only files of an earlier export are written over.
 * @throws UserError CLI016 for a file that is not ours.
 */
export async function writeExport(
  files: readonly ExportedFile[],
  withoutId: readonly string[],
  input: Input,
  io: Io,
): Promise<void> {
  const out = textOf(input.options["out"]);
  const isDry = input.options["dryRun"] === true;
  const folder = resolve(io.cwd, out ?? ".");
  if (out !== undefined && !isDry) await makeFolder(folder, out);
  const changes =
    out === undefined
      ? files.map(({ name, text }) => ({
          path: name,
          before: null,
          after: text,
        }))
      : [
          ...files.map((file) => changeOf(folder, out, file)),
          ...leftovers(folder, files),
        ];
  if (out !== undefined && !isDry)
    await createWorkspaceWriter(folder).write(changes);
  if (io.isJson) {
    io.out(
      jsonText({
        kind: "export",
        files: files.map(({ name, text }) => ({ name, text })),
        folder: out ?? null,
        written: out !== undefined && !isDry,
        connections_without_id: withoutId,
        exit_code: 0,
      }),
    );
    return;
  }
  if (withoutId.length > 0 && !io.isQuiet)
    io.err(
      `no id in the inventory, so no import block: ${plainText(withoutId.join(", "))}\n`,
    );
  if (out === undefined && !isDry) {
    // One text that Terraform accepts as one file; the notes are for a folder.
    const parts = files.filter(({ name }) => name.endsWith(".tf"));
    io.out(parts.map(({ text }) => text).join("\n"));
    return;
  }
  io.out(
    renderFileChanges(
      changes.map((each) => ({ ...each, path: join(out ?? ".", each.path) })),
      isDry,
    ),
  );
}

async function makeFolder(folder: string, shown: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    const code =
      cause instanceof Error && "code" in cause
        ? String(cause.code)
        : "no more";
    throw new UserError("CLI016", `"${shown}" cannot be written`, {
      why: `the system says ${code}`,
      fix: "name a folder, or a new one in a folder you can write to",
      notDone: "no file was written",
      cause,
    });
  }
}

/** Files of an earlier export that this one does not have: an import block that stays behind would be carried out. */
function leftovers(
  folder: string,
  files: readonly ExportedFile[],
): FileChange[] {
  const names = new Set(files.map(({ name }) => name));
  return EXPORT_FILES.filter((name) => !names.has(name)).flatMap((name) => {
    const before = textThere(join(folder, name));
    return before?.includes(EXPORT_MARK) === true
      ? [{ path: name, before, after: null }]
      : [];
  });
}

/** Text of a plain file of bounded size, `""` for anything else, `undefined` where nothing is: also where the folder is none, in a dry run. */
function textThere(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  const info = lstatSync(path);
  const isReadable = info.isFile() && info.size <= MAX_BYTES;
  return isReadable ? readFileSync(path, "utf8") : "";
}

function changeOf(
  folder: string,
  shown: string,
  { name, text }: ExportedFile,
): FileChange {
  const before = textThere(join(folder, name));
  if (before === undefined) return { path: name, before: null, after: text };
  if (before.includes(EXPORT_MARK)) return { path: name, before, after: text };
  throw new UserError("CLI016", `"${join(shown, name)}" cannot be written`, {
    why: "it exists and is not from an earlier export",
    fix: "name another folder, or move the file away",
    notDone: "no file was written",
  });
}
