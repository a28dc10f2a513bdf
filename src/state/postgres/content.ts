import type { Inventory } from "../../domain/state/inventory.ts";
import type { Receipt } from "../../domain/state/ledger.ts";
import type { StateStore } from "../../ports/state-store.ts";
import {
  decodeInventory,
  decodeLedger,
  decodePlan,
  encodeInventory,
  encodePlan,
  encodeReceipt,
  planFileName,
} from "../codec.ts";
import { assertFollows, assertNextSerial, assertSerial } from "../rules.ts";
import type { Plan } from "../../domain/generated/plan.ts";
import { canonicalJson } from "../../util/canonical-json.ts";
import type { Transaction } from "./database.ts";
import { underLease, type LeaseContext } from "./lease.ts";
import { textIn } from "./row.ts";

/** Inventory, ledger and plans: what can be copied to another backend. */
export function storedContent(
  context: LeaseContext,
): Pick<
  StateStore,
  | "readInventory"
  | "writeInventory"
  | "readLedger"
  | "appendReceipt"
  | "storePlan"
  | "readPlan"
  | "replace"
> {
  const { database } = context;
  const at = placedIn(context);
  return {
    readInventory: () => database.read((each) => at.inventory(each)),
    writeInventory: (inventory, lease) =>
      underLease(context, lease, async (transaction) => {
        const stored = await at.inventory(transaction);
        if (transaction.isAgain && isSame(stored, inventory)) return;
        assertNextSerial(database.place, stored, inventory);
        await at.storeInventory(transaction, inventory);
      }),
    readLedger: () => database.read((each) => at.ledger(each)),
    appendReceipt: (receipt, lease) =>
      underLease(context, lease, async (transaction) => {
        const ledger = await at.ledger(transaction);
        if (transaction.isAgain && ledger.at(-1)?.digest === receipt.digest)
          return;
        assertFollows(database.place, ledger, receipt);
        await at.addReceipts(transaction, ledger.length, [receipt]);
      }),
    storePlan: (plan) =>
      underLease(context, undefined, (each) => at.storePlan(each, plan)),
    readPlan: (digest) => database.read((each) => at.plan(each, digest)),
    replace: (content, expectedSerial) =>
      underLease(context, undefined, async (transaction) => {
        const stored = await at.inventory(transaction);
        if (!transaction.isAgain || !isSame(stored, content.inventory))
          assertSerial(database.place, stored, expectedSerial);
        for (const plan of content.plans) await at.storePlan(transaction, plan);
        await at.replaceLedger(transaction, content.ledger);
        if (content.inventory !== null)
          await at.storeInventory(transaction, content.inventory);
      }),
  };
}

function isSame(stored: Inventory | null, next: Inventory | null): boolean {
  return canonicalJson(stored) === canonicalJson(next);
}

/** The statements, for the rows of one environment. */
function placedIn(context: LeaseContext) {
  const { environment, database } = context;
  const { place } = database;
  return {
    ...receiptsIn(context),
    async inventory(transaction: Transaction): Promise<Inventory | null> {
      const [row] = await transaction.query(
        "SELECT inventory FROM {schema}.environments WHERE name = $1 AND inventory IS NOT NULL",
        [environment],
      );
      return row === undefined
        ? null
        : decodeInventory(
            textIn(row, "inventory", place),
            `${place}, environments`,
          );
    },
    async storeInventory(
      transaction: Transaction,
      inventory: Inventory,
    ): Promise<void> {
      await transaction.query(
        "UPDATE {schema}.environments SET serial = $2, inventory = $3 WHERE name = $1",
        [environment, inventory.serial, encodeInventory(inventory)],
      );
    },
    async plan(transaction: Transaction, digest: string): Promise<Plan | null> {
      const [row] = await transaction.query(
        "SELECT plan FROM {schema}.plans WHERE environment = $1 AND digest = $2",
        [environment, digest],
      );
      return row === undefined
        ? null
        : decodePlan(textIn(row, "plan", place), digest, `${place}, plans`);
    },
    async storePlan(transaction: Transaction, plan: Plan): Promise<void> {
      if (planFileName(plan.digest) === undefined) return;
      await transaction.query(
        "INSERT INTO {schema}.plans (environment, digest, plan) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        [environment, plan.digest, encodePlan(plan)],
      );
    },
  };
}

function receiptsIn({ environment, database: { place } }: LeaseContext) {
  const ledger = async (transaction: Transaction): Promise<Receipt[]> => {
    const rows = await transaction.query(
      "SELECT receipt FROM {schema}.receipts WHERE environment = $1 ORDER BY position",
      [environment],
    );
    const text = rows.map((row) => textIn(row, "receipt", place)).join("");
    return decodeLedger(text, `${place}, receipts`);
  };
  const addReceipts = async (
    transaction: Transaction,
    after: number,
    receipts: readonly Receipt[],
  ): Promise<void> => {
    for (const [index, receipt] of receipts.entries())
      await transaction.query(
        "INSERT INTO {schema}.receipts (environment, position, digest, receipt) VALUES ($1, $2, $3, $4)",
        [
          environment,
          after + index + 1,
          receipt.digest,
          encodeReceipt(receipt),
        ],
      );
  };
  return {
    ledger,
    addReceipts,
    /**
     * A ledger that goes on from the stored one is only added to: whoever applies needs no right to
     * take a receipt away.
     */
    async replaceLedger(
      transaction: Transaction,
      next: readonly Receipt[],
    ): Promise<void> {
      const stored = await ledger(transaction);
      const goesOn = stored.every(
        ({ digest }, index) => next[index]?.digest === digest,
      );
      if (!goesOn)
        await transaction.query(
          "DELETE FROM {schema}.receipts WHERE environment = $1",
          [environment],
        );
      const after = goesOn ? stored.length : 0;
      await addReceipts(transaction, after, next.slice(after));
    },
  };
}
