/**
 * State in files of one folder: the inventory, the ledger, the journal of an unfinished run, the lease and a fingerprint key.
 * Nothing here knows what the state means, and no secret of a connection is ever stored.
 */
import { randomBytes } from "node:crypto";
import { rm, truncate } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../../ports/clock.ts";
import type { StateStore } from "../../ports/state-store.ts";
import {
  decodeInventory,
  decodeJournal,
  decodeLedger,
  encodeInventory,
  encodeJournalEntry,
  encodeReceipt,
  stateMoved,
} from "../codec.ts";
import {
  appendDurably,
  createExclusively,
  readTextOrNull,
  writeDurably,
} from "./durable.ts";
import { acquireFileLease } from "./lease.ts";

/** Where and with what a file state works. */
export interface FileStateOptions {
  /** Absolute folder of one environment's state. */
  readonly folder: string;
  /** The folder as messages name it. */
  readonly place: string;
  readonly clock: Clock;
  /** False when a process of this machine is known to be gone. */
  readonly isAlive: (pid: number) => boolean;
}

/** The file backend. Writes are atomic (rename) or append-only, synced before their promise resolves, readable by the owner only. */
export function createFileState(options: FileStateOptions): StateStore {
  const { folder, place, clock, isAlive } = options;
  const inventoryPath = join(folder, "inventory.json");
  const ledgerPath = join(folder, "ledger.jsonl");
  const journalPath = join(folder, "journal.jsonl");
  const keyPath = join(folder, "fingerprint.key");

  const readInventory: StateStore["readInventory"] = async () => {
    const text = await readTextOrNull(inventoryPath);
    return text === null
      ? null
      : decodeInventory(text, `${place}/inventory.json`);
  };
  const readLedger: StateStore["readLedger"] = async () => {
    const text = await readTextOrNull(ledgerPath);
    return text === null ? [] : decodeLedger(text, `${place}/ledger.jsonl`);
  };

  return {
    place,
    readInventory,
    readLedger,
    async writeInventory(inventory) {
      const stored = (await readInventory())?.serial ?? 0;
      if (inventory.serial !== stored + 1)
        throw stateMoved(
          place,
          `serial ${String(stored)}, expected ${String(inventory.serial - 1)}`,
        );
      await writeDurably(inventoryPath, encodeInventory(inventory));
    },
    async appendReceipt(receipt) {
      const last = (await readLedger()).at(-1)?.digest ?? null;
      if (receipt.previous !== last) throw stateMoved(place, "the ledger grew");
      await dropTornTail(ledgerPath);
      await appendDurably(ledgerPath, encodeReceipt(receipt));
    },
    async readJournal() {
      const text = await readTextOrNull(journalPath);
      return text === null ? [] : decodeJournal(text, `${place}/journal.jsonl`);
    },
    async appendJournal(entry) {
      await appendDurably(journalPath, encodeJournalEntry(entry));
    },
    async clearJournal() {
      await rm(journalPath, { force: true });
    },
    acquireLease: (holder) =>
      acquireFileLease(
        { path: join(folder, "lease.json"), clock, isAlive },
        holder,
      ),
    async fingerprintKey() {
      const stored = await readTextOrNull(keyPath);
      if (stored !== null) return Buffer.from(stored, "base64");
      const key = randomBytes(32);
      // Of two first runs only one makes the key; the other reads it.
      if (await createExclusively(keyPath, key.toString("base64"))) return key;
      return Buffer.from((await readTextOrNull(keyPath)) ?? "", "base64");
    },
  };
}

// A crash in the middle of an append leaves a line without its newline; the next line must not be glued to it.
async function dropTornTail(path: string): Promise<void> {
  const text = await readTextOrNull(path);
  if (text === null || text === "" || text.endsWith("\n")) return;
  await truncate(
    path,
    Buffer.byteLength(text.slice(0, text.lastIndexOf("\n") + 1)),
  );
}
