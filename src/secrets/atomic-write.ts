import { randomUUID } from "node:crypto";
import { open, readFile, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { UserError } from "../domain/error.ts";

const PRIVATE_FILE = 0o600;

/**
 * Replaces a file in one step: written beside it, flushed, read back, renamed over it. A crash leaves the old or the new file. The mode of an
 * existing file is kept; a new one is for its owner only.
 * @param before - what the file held when it was read; `null` when it did not exist.
 * @throws UserError SEC024 when the file is not that any more; SEC018 when the disk did not keep what was written.
 */
export async function replaceFile(
  file: string,
  bytes: Uint8Array,
  before: Uint8Array | null,
): Promise<void> {
  const name = basename(file);
  const temporary = join(dirname(file), `.${name}.${randomUUID()}.tmp`);
  const mode = before === null ? PRIVATE_FILE : (await stat(file)).mode & 0o777;
  try {
    const handle = await open(temporary, "wx", PRIVATE_FILE);
    try {
      await handle.writeFile(bytes);
      await handle.chmod(mode);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (!(await readFile(temporary)).equals(bytes))
      throw new UserError("SEC018", `${name}: cannot write the file`, {
        why: "what was read back is not what was written",
        notDone: "the file is as it was",
      });
    await assertUnchanged(file, before);
    await rename(temporary, file);
    await syncFolder(dirname(file));
  } finally {
    await rm(temporary, { force: true });
  }
}

async function assertUnchanged(
  file: string,
  before: Uint8Array | null,
): Promise<void> {
  const now = await readFile(file).catch(() => null);
  const isSame = before === null ? now === null : now?.equals(before) === true;
  if (isSame) return;
  throw new UserError(
    "SEC024",
    `${basename(file)}: the file changed while the change was being made`,
    {
      why: "someone or something else wrote it meanwhile",
      fix: "look at it and repeat the command",
      notDone: "nothing was written",
    },
  );
}

/** The rename itself must survive a crash. Some systems cannot flush a folder; there it is left to them. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    // The file itself is written and flushed.
  }
}
