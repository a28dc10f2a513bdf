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
  /** @param fence - of the lease that it is recorded under, where others may have taken it. */
  appendJournal(
    entries: readonly JournalEntry[],
    fence?: number,
  ): Promise<void>;
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
      return text === null
        ? []
        : ofOneRun(decodeJournal(text, `${place}/journal.jsonl`));
    },
    async appendJournal(entries, fence) {
      const lines = entries.map((entry): Fenced =>
        fence === undefined ? entry : { ...entry, fence },
      );
      await appendDurably(journalPath, lines.map(encodeJournalEntry).join(""));
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

/** A line with the fence of the lease it was recorded under. */
type Fenced = JournalEntry & { readonly fence?: unknown };

/**
 * Without what a process wrote that stood still between its last look at the lease and the write:
 * its line comes after another run has begun, or has ended and cleared the journal.
 */
function ofOneRun(lines: readonly Fenced[]): JournalEntry[] {
  const begun = lines.flatMap(({ kind, fence }) =>
    kind === "begin" && typeof fence === "number" ? [fence] : [],
  );
  const latest = begun.sort((a, b) => a - b).at(-1);
  return lines.flatMap(({ fence, ...entry }) =>
    fence === undefined || fence === latest ? [entry] : [],
  );
}

/** A short key would be one that can be guessed. @throws UserError STA001. */
function decodeKey(text: string, place: string): Uint8Array {
  const key = Buffer.from(text, "base64");
  if (key.length === KEY_BYTES && key.toString("base64") === text.trim())
    return key;
  throw damaged(place, "it is not a key of 32 bytes");
}
