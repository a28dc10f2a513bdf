/**
 * What every persistent backend keeps on the machine it runs on: the journal of the run under way,
 * and a fingerprint key.
 */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { removePrivate } from "../platform/files/index.ts";
import type { JournalEntry } from "../domain/state/ledger.ts";
import type { StateStore } from "../ports/state-store.ts";
import { damaged, decodeJournal, encodeJournalEntry } from "./codec.ts";
import { appendDurably, createExclusively, readTextOrNull } from "./durable.ts";

const KEY_BYTES = 32;

/** The local half of a state. */
export interface LocalFiles extends Pick<
  StateStore,
  "readJournal" | "fingerprintKey"
> {
  appendJournal(entry: JournalEntry): Promise<void>;
  clearJournal(): Promise<void>;
}

/**
 * Journal and key in files of a folder, for the owner only. @param place - the folder as messages
 * name it.
 */
export function localFiles(folder: string, place: string): LocalFiles {
  const journalPath = join(folder, "journal.jsonl");
  const keyPath = join(folder, "fingerprint.key");
  return {
    async readJournal() {
      const text = await readTextOrNull(journalPath);
      return text === null ? [] : decodeJournal(text, `${place}/journal.jsonl`);
    },
    async appendJournal(entry) {
      await appendDurably(journalPath, encodeJournalEntry(entry));
    },
    clearJournal: () =>
      new Promise((done) => {
        removePrivate(journalPath);
        done();
      }),
    async fingerprintKey() {
      const stored = await readTextOrNull(keyPath);
      if (stored !== null) return decodeKey(stored, `${place}/fingerprint.key`);
      const key = randomBytes(KEY_BYTES);
      // Of two first runs only one makes the key; the other reads it.
      if (await createExclusively(keyPath, key.toString("base64"))) return key;
      const made = (await readTextOrNull(keyPath)) ?? "";
      return decodeKey(made, `${place}/fingerprint.key`);
    },
  };
}

/** A short key would be one that can be guessed. @throws UserError STA001. */
function decodeKey(text: string, place: string): Uint8Array {
  const key = Buffer.from(text, "base64");
  if (key.length === KEY_BYTES && key.toString("base64") === text.trim())
    return key;
  throw damaged(place, "it is not a key of 32 bytes");
}
