/**
 * Files of the state as promises: for their owner only, on disk when written, never through a link.
 */
import {
  appendPrivate,
  createPrivate,
  readPrivate,
  replacePrivate,
} from "../platform/files/index.ts";

/**
 * The text of a file, or `null` when it does not exist. Every other failure is thrown: unreadable
 * is never "empty".
 * @throws UserError STA008, STA035.
 */
export async function readTextOrNull(path: string): Promise<string | null> {
  return Promise.resolve(readPrivate(path));
}

/**
 * Replaces a file in one step: a crash leaves the old text or the new one. Durable when it returns.
 * @throws UserError STA008, STA035.
 */
export async function writeDurably(
  path: string,
  text: string | Uint8Array,
): Promise<void> {
  await replacePrivate(path, text);
}

/** Appends to a file and waits until it is on disk. @throws UserError STA008, STA035. */
export async function appendDurably(path: string, text: string): Promise<void> {
  await appendPrivate(path, text);
}

/**
 * Makes a file that must not exist yet; false when it does. The file appears with its whole
 * content: one that is seen empty for a moment would look like one that a crash left behind.
 * @throws UserError STA008, STA035.
 */
export async function createExclusively(
  path: string,
  text: string,
): Promise<boolean> {
  return createPrivate(path, text);
}
