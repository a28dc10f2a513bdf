import { UserError } from "../../domain/problem/error.ts";
import type { Receipt } from "../../domain/state/ledger.ts";

/** Digits of a digest that tell receipts apart for people; fewer name one by accident. */
const MIN_DIGITS = 4;

/**
 * The receipt whose digest starts with these digits (with or without `sha256:`), or whose run has
 * this id.
 * @throws UserError CLI020 when there is none, or more than one.
 */
export function findReceipt(ledger: readonly Receipt[], name: string): Receipt {
  const digits = name.replace(/^sha256:/u, "").toLowerCase();
  const found = ledger.filter(
    (receipt) =>
      receipt.runId === name ||
      (digits.length >= MIN_DIGITS &&
        receipt.digest.startsWith(`sha256:${digits}`)),
  );
  const [first] = found;
  if (first !== undefined && found.length === 1) return first;
  throw new UserError(
    "CLI020",
    found.length === 0
      ? `no receipt is named "${name}"`
      : `${String(found.length)} receipts start with "${name}"`,
    {
      why: `a receipt is named by at least ${String(MIN_DIGITS)} digits of its digest, or by its run`,
      fix: "look it up with: tieline ledger log <environment>",
      notDone: "nothing was changed",
    },
  );
}
