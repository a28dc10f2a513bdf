import { basename } from "node:path";
import { UserError } from "../domain/problem/error.ts";
import {
  inWords,
  placeNamed,
  PRIVATE_FILE,
  readBytesIfThere,
  replaceFile as replace,
  type Place,
} from "../platform/files/index.ts";

/** Largest file of secrets, with room for one that grew meanwhile. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * Replaces a file in one step: written beside it, flushed, read back, renamed over it. A crash
 * leaves the old or the new file. The mode of an existing file is kept; a new one is for its owner
 * only.
 * @param before - what the file held when it was read; `null` when it did not exist.
 * @throws UserError SEC018 when the file is not that any more, the system refuses, or the disk did
 * not keep what was written.
 */
export async function replaceFile(
  file: string,
  bytes: Uint8Array,
  before: Uint8Array | null,
): Promise<void> {
  const name = basename(file);
  try {
    const place = placeNamed(process.cwd(), file);
    await replace(place, bytes, {
      mode: PRIVATE_FILE,
      lastLook: (kept) => {
        assertKept(kept, bytes, name);
        assertUnchanged(place, before, name);
      },
    });
  } catch (error) {
    throw inWords(error, {
      code: "SEC018",
      what: `${name}: cannot write the file`,
      notDone: "the file is as it was",
    });
  }
}

function assertKept(kept: Uint8Array, bytes: Uint8Array, name: string): void {
  if (Buffer.compare(kept, bytes) === 0) return;
  throw new UserError("SEC018", `${name}: cannot write the file`, {
    why: "what was read back is not what was written",
    notDone: "the file is as it was",
  });
}

function assertUnchanged(
  place: Place,
  before: Uint8Array | null,
  name: string,
): void {
  const now = readBytesIfThere(place, MAX_BYTES);
  const isSame =
    before === null || now === null
      ? before === now
      : Buffer.compare(now, before) === 0;
  if (isSame) return;
  throw new UserError(
    "SEC018",
    `${name}: the file changed while the change was being made`,
    {
      why: "someone or something else wrote it meanwhile",
      fix: "look at it and repeat the command",
      notDone: "nothing was written",
    },
  );
}
