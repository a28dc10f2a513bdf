import { randomBytes, randomUUID } from "node:crypto";
import type { StateStore } from "../../ports/state-store.ts";
import { damaged, decodeJournal, encodeJournalEntry } from "../codec.ts";
import type { Row } from "./database.ts";
import { underLease, type LeaseContext } from "./lease.ts";
import { textIn } from "./row.ts";

const KEY_BYTES = 32;

/** The journal of the run under way, and the fingerprint key. */
export function storedJournal(
  context: LeaseContext,
): Pick<
  StateStore,
  "readJournal" | "appendJournal" | "clearJournal" | "fingerprintKey"
> {
  const { database, environment } = context;
  const { place } = database;
  return {
    readJournal: () =>
      database.read(async (transaction) => {
        const rows = await transaction.query(
          "SELECT entry FROM {schema}.journal WHERE environment = $1 ORDER BY position",
          [environment],
        );
        const text = rows.map((row) => textIn(row, "entry", place)).join("");
        return decodeJournal(text, `${place}, journal`);
      }),
    appendJournal(entry, lease) {
      // A name of its own, so that an answer that was lost makes no second line.
      const id = randomUUID();
      return underLease(context, lease, async (transaction) => {
        await transaction.query(
          `INSERT INTO {schema}.journal (environment, id, fence, entry)
            VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING`,
          [environment, id, lease.fence, encodeJournalEntry(entry)],
        );
      });
    },
    clearJournal: (lease) =>
      underLease(context, lease, async (transaction) => {
        await transaction.query(
          "DELETE FROM {schema}.journal WHERE environment = $1",
          [environment],
        );
      }),
    async fingerprintKey() {
      const stored = await database.read((transaction) =>
        transaction.query(SELECT_KEY, [environment]),
      );
      if (stored.length > 0) return keyIn(stored, place);
      return underLease(context, undefined, async (transaction) => {
        await transaction.query(
          "INSERT INTO {schema}.fingerprint_keys (environment, key) VALUES ($1, $2) ON CONFLICT DO NOTHING",
          [environment, randomBytes(KEY_BYTES)],
        );
        // Of two first runs only one makes the key; the other reads it.
        return keyIn(await transaction.query(SELECT_KEY, [environment]), place);
      });
    },
  };
}

const SELECT_KEY =
  "SELECT key FROM {schema}.fingerprint_keys WHERE environment = $1";

/** A short key would be one that can be guessed. @throws UserError STA001. */
function keyIn(rows: readonly Row[], place: string): Uint8Array {
  const key = rows[0]?.["key"];
  if (key instanceof Uint8Array && key.length === KEY_BYTES) return key;
  throw damaged(place, "its fingerprint key is not a key of 32 bytes");
}
