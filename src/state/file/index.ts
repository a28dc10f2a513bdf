/**
 * State in files of one folder: the inventory, the ledger, the applied plans, the journal of an
 * unfinished run, the lease and a fingerprint key. Nothing here knows what the state means, and no
 * secret of a connection is ever stored.
 */
import { join } from "node:path";
import { truncatePrivate } from "../../platform/files/index.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Processes } from "../../ports/processes.ts";
import type { JournalEntry } from "../../domain/state/ledger.ts";
import type { Lease, StateStore } from "../../ports/state-store.ts";
import {
  decodeInventory,
  decodeLedger,
  decodePlan,
  encodeInventory,
  encodePlan,
  encodeReceipt,
  planFileName,
} from "../codec.ts";
import { appendDurably, readTextOrNull, writeDurably } from "../durable.ts";
import { gatheredBy } from "../gathered.ts";
import { leaseInfo } from "../lease-record.ts";
import { localFiles } from "../local-files.ts";
import { shellWord } from "../../util/shell-word.ts";
import { asideName } from "../aside-name.ts";
import { assertFollows, assertNextSerial, assertSerial } from "../rules.ts";
import {
  acquireFileLease,
  assertFileLease,
  breakFileLease,
  readFileLease,
} from "./lease.ts";
import { asOnlyWriter } from "./write-turn.ts";

/** Where and with what a file state works. */
export interface FileStateOptions {
  /** Absolute folder of one environment's state. */
  readonly folder: string;
  /** The folder as messages name it. */
  readonly place: string;
  readonly clock: Clock;
  readonly processes: Processes;
  /** Another life of a lease than the usual one, for tests. */
  readonly leaseTtlMs?: number;
}

/**
 * The file backend. Writes are atomic (rename) or append-only, synced before their promise
 * resolves, readable by the owner only.
 */
export function createFileState(options: FileStateOptions): StateStore {
  const { folder, place } = options;
  const local = localFiles(folder, place);
  const inventoryPath = join(folder, "inventory.json");
  const ledgerPath = join(folder, "ledger.jsonl");

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
  const storePlan: StateStore["storePlan"] = async (plan) => {
    const name = planFileName(plan.digest);
    if (name !== undefined)
      await writeDurably(join(folder, "plans", name), encodePlan(plan));
  };

  // Changes that are carried out side by side share the wait for the disk.
  const appendJournal = gatheredBy(
    async (lease: Lease, entries: readonly JournalEntry[]) => {
      await assertFileLease(options, lease);
      await local.appendJournal(entries, lease.fence);
      // A process that stood still in between may have been taken for dead: its line is not read,
      // and it must not go on.
      await assertFileLease(options, lease);
    },
  );

  return {
    ...local,
    place,
    setAside: (label) =>
      `mv ${shellWord(folder)} ${shellWord(asideName(folder, label))}`,
    readInventory,
    readLedger,
    storePlan,
    writeInventory: (inventory, lease) =>
      asOnlyWriter(options, async () => {
        await assertFileLease(options, lease);
        assertNextSerial(place, await readInventory(), inventory);
        await writeDurably(inventoryPath, encodeInventory(inventory));
      }),
    appendReceipt: (receipt, lease) =>
      asOnlyWriter(options, async () => {
        await assertFileLease(options, lease);
        assertFollows(place, await readLedger(), receipt);
        await dropTornTail(ledgerPath);
        await appendDurably(ledgerPath, encodeReceipt(receipt));
      }),
    async readPlan(digest) {
      const name = planFileName(digest);
      if (name === undefined) return null;
      const text = await readTextOrNull(join(folder, "plans", name));
      return text === null
        ? null
        : decodePlan(text, digest, `${place}/plans/${name}`);
    },
    replace: (content, expectedSerial) =>
      asOnlyWriter(options, async () => {
        assertSerial(place, await readInventory(), expectedSerial);
        for (const plan of content.plans) await storePlan(plan);
        await writeDurably(
          ledgerPath,
          content.ledger.map(encodeReceipt).join(""),
        );
        // The inventory last: a crash before it leaves history that is longer, never ownership
        // without history.
        if (content.inventory !== null)
          await writeDurably(inventoryPath, encodeInventory(content.inventory));
      }),
    appendJournal: (entry, lease) => appendJournal(lease, entry),
    async clearJournal(lease) {
      await assertFileLease(options, lease);
      await local.clearJournal();
    },
    acquireLease: (holder) => acquireFileLease(options, holder),
    readLease: async () => leaseInfo(await readFileLease(folder)),
    breakLease: (id) => breakFileLease(folder, id),
  };
}

// A crash in the middle of an append leaves a line without its newline; the next line must not be
// glued to it.
async function dropTornTail(path: string): Promise<void> {
  const text = await readTextOrNull(path);
  if (text === null || text === "" || text.endsWith("\n")) return;
  truncatePrivate(
    path,
    Buffer.byteLength(text.slice(0, text.lastIndexOf("\n") + 1)),
  );
}
