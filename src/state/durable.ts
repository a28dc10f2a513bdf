import { randomUUID } from "node:crypto";
import { link, mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

/** Owner only: state names people, hosts and connections. */
const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;

/** Makes a folder and its parents, for the owner only. */
export async function ensureFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER });
}

/** The text of a file, or `null` when it does not exist. Every other failure is thrown: unreadable is never "empty". */
export async function readTextOrNull(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return null;
    throw error;
  }
}

/** Replaces a file in one step: a crash leaves the old text or the new one. Durable when it returns. */
export async function writeDurably(
  path: string,
  text: string | Uint8Array,
): Promise<void> {
  await ensureFolder(dirname(path));
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeNew(temporary, text);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Appends to a file and waits until it is on disk. */
export async function appendDurably(path: string, text: string): Promise<void> {
  await ensureFolder(dirname(path));
  const file = await open(path, "a", PRIVATE_FILE);
  try {
    await file.appendFile(text);
    await file.datasync();
  } finally {
    await file.close();
  }
}

/**
 * Makes a file that must not exist yet; false when it does. The file appears with its whole content: it is written aside and linked into
 * place, because one that is seen empty for a moment would look like one that a crash left behind.
 */
export async function createExclusively(
  path: string,
  text: string,
): Promise<boolean> {
  await ensureFolder(dirname(path));
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeNew(temporary, text);
    await link(temporary, path);
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function writeNew(
  path: string,
  text: string | Uint8Array,
): Promise<void> {
  const file = await open(path, "wx", PRIVATE_FILE);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** True for a Node error of this code. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

// A rename is durable once its folder is; some systems cannot sync folders, and there the rename alone has to do.
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (
      !hasCode(error, "EPERM") &&
      !hasCode(error, "EISDIR") &&
      !hasCode(error, "EINVAL")
    )
      throw error;
  }
}
