/**
 * Text forms of stored state. Readers refuse what they do not understand: state that cannot be read is an error, never "empty",
 * because "empty" would turn every owned connection into a foreign one.
 */
import { ConflictError, UserError } from "../domain/error.ts";
import type { Inventory } from "../domain/inventory.ts";
import type { JournalEntry, Receipt } from "../domain/ledger.ts";
import { isJsonObject } from "../domain/json.ts";

/** The inventory as pretty JSON with a newline at the end. */
export function encodeInventory(inventory: Inventory): string {
  return `${JSON.stringify(inventory, null, 2)}\n`;
}

/**
 * @param place - where the text came from, for the message.
 * @throws UserError STA001 for text that is no inventory of a known format.
 */
export function decodeInventory(text: string, place: string): Inventory {
  const value = parseJson(text);
  if (
    !isJsonObject(value) ||
    value["formatVersion"] !== "1.0" ||
    typeof value["environment"] !== "string" ||
    typeof value["apiHost"] !== "string" ||
    !Number.isSafeInteger(value["serial"]) ||
    !Array.isArray(value["entries"]) ||
    !value["entries"].every(isEntry)
  ) {
    throw damaged(place, "it is not an inventory of format 1.0");
  }
  // The members read by planning were checked one by one above and in isEntry.
  return value as unknown as Inventory;
}

function isEntry(value: unknown): boolean {
  return (
    isJsonObject(value) &&
    typeof value["key"] === "string" &&
    (value["remoteId"] === null || typeof value["remoteId"] === "string") &&
    typeof value["provider"] === "string" &&
    typeof value["authType"] === "string" &&
    isJsonObject(value["lastApplied"]) &&
    isJsonObject(value["secrets"]) &&
    Object.values(value["secrets"]).every(isJsonObject) &&
    typeof value["isProtected"] === "boolean" &&
    (value["phase"] === "pending" || value["phase"] === "applied")
  );
}

/** One receipt as one line. */
export function encodeReceipt(receipt: Receipt): string {
  return `${JSON.stringify(receipt)}\n`;
}

/**
 * Every whole line of a ledger. A last line without its newline was torn by a crash and never confirmed: it does not count.
 * @throws UserError STA001 for any other line that is no receipt.
 */
export function decodeLedger(text: string, place: string): Receipt[] {
  return wholeLines(text).map((line, index) => {
    const value = parseJson(line);
    if (
      !isJsonObject(value) ||
      value["kind"] !== "receipt" ||
      typeof value["digest"] !== "string" ||
      !Array.isArray(value["outcomes"])
    ) {
      throw damaged(place, `line ${String(index + 1)} is not a receipt`);
    }
    // Discriminant and the members that are read were checked above; `ledger verify` recomputes the digests.
    return value as unknown as Receipt;
  });
}

/** One journal entry as one line. */
export function encodeJournalEntry(entry: JournalEntry): string {
  return `${JSON.stringify(entry)}\n`;
}

/** Every whole line of a journal; a torn last line does not count. @throws UserError STA001 for any other line that is no entry. */
export function decodeJournal(text: string, place: string): JournalEntry[] {
  return wholeLines(text).map((line, index) => {
    const value = parseJson(line);
    const kind = isJsonObject(value) ? value["kind"] : undefined;
    if (kind !== "begin" && kind !== "step" && kind !== "outcome") {
      throw damaged(place, `line ${String(index + 1)} is not a journal entry`);
    }
    // The discriminant was checked above; only we write this file.
    return value as JournalEntry;
  });
}

/** The part of a text up to its last newline, as lines. */
function wholeLines(text: string): string[] {
  return text.split("\n").slice(0, -1);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function damaged(place: string, what: string): UserError {
  return new UserError(
    "STA001",
    `the state in ${place} cannot be read: ${what}`,
    {
      why: "state that cannot be read is never taken as empty: every owned connection would look foreign",
      fix: "restore the file from a backup, or move it away: the next plan then adopts what is live, creates nothing twice and deletes nothing",
      notDone: "nothing was changed",
    },
  );
}

/** The refusal of a write that was prepared against other state than what is stored. */
export function stateMoved(place: string, detail: string): ConflictError {
  return new ConflictError(
    "STA002",
    `the state in ${place} changed meanwhile: ${detail}`,
    {
      why: "another run wrote to it after this one read it",
      fix: "plan again",
    },
  );
}
