import type { Receipt } from "../domain/state/ledger.ts";
import { canonicalJson } from "../util/canonical-json.ts";
import { sha256 } from "../util/hash.ts";

/** Adds the digest that makes a receipt a link of the ledger's chain. */
export function sealReceipt(receipt: Omit<Receipt, "digest">): Receipt {
  return { ...receipt, digest: sha256(canonicalJson(receipt)) };
}
