/**
 * State in a ref of the configuration repository: every write is a commit on top of the tip that
 * was read, and moves the ref only if it still stands there. Never here: the working tree, the
 * index, a branch, or a secret.
 */
import { shellWord } from "../../util/shell-word.ts";
import type { JournalEntry, Receipt } from "../../domain/state/ledger.ts";
import { gatheredBy } from "../gathered.ts";
import type { Lease, StateStore } from "../../ports/state-store.ts";
import {
  decodeInventory,
  decodeJournal,
  decodeLedger,
  decodePlan,
  encodeInventory,
  encodeJournalEntry,
  encodePlan,
  encodeReceipt,
  planFileName,
} from "../codec.ts";
import { asideName } from "../aside-name.ts";
import { leaseInfo } from "../lease-record.ts";
import { localFiles, type LocalFiles } from "../local-files.ts";
import { assertFollows, assertNextSerial, assertSerial } from "../rules.ts";
import {
  acquireGitLease,
  assertLeaseIn,
  assertTimeLeft,
  breakGitLease,
  leaseIn,
  type GitLeaseContext,
} from "./lease.ts";
import { PLANS_FOLDER, type RefFiles } from "./objects.ts";
import {
  createRefStore,
  type RefStore,
  type RefStoreOptions,
} from "./ref-store.ts";

/** Where and with what a git state works. */
export interface GitStateOptions
  extends RefStoreOptions, Omit<GitLeaseContext, "store" | "held"> {
  /**
   * Absolute folder for what stays on this machine: the journal of the run under way and the
   * fingerprint key.
   */
  readonly localFolder: string;
  /** That folder as messages name it. */
  readonly localPlace: string;
}

const INVENTORY = "inventory.json";
const LEDGER = "ledger.jsonl";
const JOURNAL = "journal.jsonl";

/**
 * The git backend. The journal is written on this machine, because each of its lines must be
 * durable before the next request; every stored inventory carries it as it stands. So a machine
 * that is lost leaves its lease, the pending entries and the beginning of its journal. For the same
 * reason a line of the journal is held against the time of the lease, and not against the ref.
 */
export function createGitState(options: GitStateOptions): StateStore {
  const { place } = options;
  const store = createRefStore(options);
  const local = localFiles(options.localFolder, options.localPlace);
  const leases = { ...options, store, held: new Map<string, number>() };

  const inventoryIn = async (files: RefFiles) => {
    const text = await files.text(INVENTORY);
    return text === null
      ? null
      : decodeInventory(text, `${place}:${INVENTORY}`);
  };
  const ledgerIn = (files: RefFiles) => readLedgerIn(files, place);

  return {
    ...storedPlans(store, place),
    ...sharedJournal(leases, local, place),
    place,
    setAside: (label) => asideCommand(options, label),
    readInventory: async () => inventoryIn(await store.read()),
    readLedger: async () => ledgerIn(await store.read()),
    writeInventory: (inventory, lease) =>
      store.update(`inventory ${String(inventory.serial)}`, async (files) => {
        await assertLeaseIn(files, lease, options.clock);
        assertNextSerial(place, await inventoryIn(files), inventory);
        const journal = await local.readJournal();
        return new Map([
          [INVENTORY, encodeInventory(inventory)],
          ...(journal.length === 0
            ? []
            : ([[JOURNAL, journal.map(encodeJournalEntry).join("")]] as const)),
        ]);
      }),
    appendReceipt: (receipt, lease) =>
      store.update(`receipt ${receipt.digest}`, async (files) => {
        await assertLeaseIn(files, lease, options.clock);
        assertFollows(place, await ledgerIn(files), receipt);
        const text = (await files.text(LEDGER)) ?? "";
        return new Map([[LEDGER, text + encodeReceipt(receipt)]]);
      }),
    replace: (content, expectedSerial) =>
      store.update("copy of another state", async (files) => {
        assertSerial(place, await inventoryIn(files), expectedSerial);
        const change = new Map<string, string | null>();
        for (const plan of content.plans) {
          const name = planFileName(plan.digest);
          if (name !== undefined)
            change.set(`${PLANS_FOLDER}/${name}`, encodePlan(plan));
        }
        change.set(LEDGER, content.ledger.map(encodeReceipt).join(""));
        if (content.inventory !== null)
          change.set(INVENTORY, encodeInventory(content.inventory));
        return change;
      }),
    acquireLease: (holder) => acquireGitLease(leases, holder),
    readLease: async () => leaseInfo(await leaseIn(await store.read())),
    breakLease: (id) => breakGitLease(store, id),
    fingerprintKey: () => local.fingerprintKey(),
  };
}

/** Two refs are moved in one push, or none. */
function asideCommand({ ref, remote }: GitStateOptions, label: string): string {
  const aside = asideName(ref, label);
  if (remote === null)
    return `git update-ref ${shellWord(aside)} ${shellWord(ref)} && git update-ref -d ${shellWord(ref)}`;
  return `git fetch ${shellWord(remote)} ${shellWord(ref)} && git push --atomic ${shellWord(remote)} ${shellWord(`FETCH_HEAD:${aside}`)} ${shellWord(`:${ref}`)}`;
}

function runOf(journal: readonly JournalEntry[]): string | undefined {
  return journal.find((entry) => entry.kind === "begin")?.runId;
}

async function readLedgerIn(
  files: RefFiles,
  place: string,
): Promise<Receipt[]> {
  return decodeLedger((await files.text(LEDGER)) ?? "", `${place}:${LEDGER}`);
}

function storedPlans(
  store: RefStore,
  place: string,
): Pick<StateStore, "storePlan" | "readPlan"> {
  return {
    storePlan: async (plan) => {
      const name = planFileName(plan.digest);
      if (name === undefined) return;
      const path = `${PLANS_FOLDER}/${name}`;
      await store.update(`plan ${plan.digest}`, (files) =>
        Promise.resolve(
          files.blobs.has(path) ? null : new Map([[path, encodePlan(plan)]]),
        ),
      );
    },
    readPlan: async (digest) => {
      const name = planFileName(digest);
      if (name === undefined) return null;
      const path = `${PLANS_FOLDER}/${name}`;
      const text = await (await store.read()).text(path);
      return text === null
        ? null
        : decodePlan(text, digest, `${place}:${path}`);
    },
  };
}

/** The journal of this machine's run, and what is left in the ref of one on another machine. */
function sharedJournal(
  leases: GitLeaseContext,
  local: LocalFiles,
  place: string,
): Pick<StateStore, "readJournal" | "appendJournal" | "clearJournal"> {
  const { store, clock } = leases;
  const appendJournal = gatheredBy(
    async (lease: Lease, entries: readonly JournalEntry[]) => {
      await assertTimeLeft(leases, lease);
      await local.appendJournal(entries);
    },
  );
  return {
    appendJournal: (entry, lease) => appendJournal(lease, entry),
    async readJournal() {
      const here = await local.readJournal();
      const files = await store.read();
      const stored = await files.text(JOURNAL);
      if (stored === null) {
        // A run of this machine that another one has settled meanwhile is over.
        const run = runOf(here);
        const ledger =
          run === undefined ? [] : await readLedgerIn(files, place);
        return ledger.some((receipt) => receipt.runId === run) ? [] : here;
      }
      const there = decodeJournal(stored, `${place}:${JOURNAL}`);
      // Of the same run, this machine knows more; a run that came later was on another one, and
      // this is what is left of its journal.
      return runOf(here) === runOf(there) ? here : there;
    },
    async clearJournal(lease) {
      if (lease !== undefined) await assertTimeLeft(leases, lease);
      await local.clearJournal();
      await store.update("journal cleared", async (files) => {
        await assertLeaseIn(files, lease, clock);
        return files.blobs.has(JOURNAL) ? new Map([[JOURNAL, null]]) : null;
      });
    },
  };
}
