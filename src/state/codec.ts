/**
 * Text forms of stored state. Readers refuse what they do not understand: state that cannot be read
 * is an error, never "empty", because "empty" would turn every owned connection into a foreign one.
 */
import { ConflictError, UserError } from "../domain/problem/error.ts";
import type { Inventory } from "../domain/state/inventory.ts";
import type { JournalEntry, Receipt } from "../domain/state/ledger.ts";
import type { Plan } from "../domain/generated/plan.ts";
import { isJsonObject, type JsonObject } from "../domain/json.ts";
import { canonicalJson } from "../util/canonical-json.ts";
import { sha256 } from "../util/hash.ts";
import { isPlainJson } from "../util/plain-json.ts";
import { parseStrictJson } from "../util/strict-json.ts";
import { isInventory, isJournalEntry, isReceipt } from "./shapes.ts";

/**
 * Format of a stored inventory: 1.0 with a digest over everything else, so that an altered byte is
 * noticed.
 */
const SEALED_FORMAT = "1.1";

/** The inventory as pretty JSON with its digest and a newline at the end. */
export function encodeInventory(inventory: Inventory): string {
  const sealed = { ...inventory, formatVersion: SEALED_FORMAT };
  const digest = sha256(canonicalJson(sealed));
  return `${JSON.stringify({ ...sealed, digest }, null, 2)}\n`;
}

/**
 * Inventories of format 1.0, written before there was a digest, are still taken.
 * @param place - where the text came from, for the message.
 * @throws UserError STA001 for text that is no inventory of a known format, or whose content does
 * not have its digest.
 */
export function decodeInventory(text: string, place: string): Inventory {
  const value = parseStored(text, place);
  if (!isInventory(value) || !hasKnownFormat(value))
    throw damaged(place, "it is not an inventory of format 1.0 or 1.1");
  const { digest, ...content } = value;
  if (!hasItsDigest(content, digest))
    throw damaged(place, "its content does not have the digest it names");
  // The members that anything reads were checked one by one in isInventory.
  return {
    stateId: null,
    ...content,
    formatVersion: "1.0",
  } as unknown as Inventory;
}

function hasKnownFormat({ formatVersion }: JsonObject): boolean {
  return formatVersion === "1.0" || formatVersion === SEALED_FORMAT;
}

function hasItsDigest(content: JsonObject, digest: unknown): boolean {
  // A sealed inventory whose version was turned back still names its digest; that does not make it
  // an old one.
  if (content["formatVersion"] === "1.0") return digest === undefined;
  return digest === digestOf(content);
}

/** `undefined` for content that has no canonical form, such as text with half a character. */
function digestOf(content: unknown): string | undefined {
  try {
    return sha256(canonicalJson(content));
  } catch {
    return undefined;
  }
}

/** A plan as one line. */
export function encodePlan(plan: Plan): string {
  return `${JSON.stringify(plan)}\n`;
}

/** @throws UserError STA001 for anything but the plan that has this digest. */
export function decodePlan(text: string, digest: string, place: string): Plan {
  const value = parseStored(text, place);
  if (!isJsonObject(value) || value["kind"] !== "plan")
    throw damaged(place, "it is not a plan");
  // A signature stands beside the digest, not under it.
  const content = { ...value, digest: undefined, signature: undefined };
  if (value["digest"] !== digest || digestOf(content) !== digest)
    throw damaged(place, `it is not the plan ${digest}`);
  // The digest is that of the plan which was checked against its schema before it was stored.
  return value as unknown as Plan;
}

/**
 * File name of a stored plan; `undefined` for a text that is no digest, which no plan is stored
 * under.
 */
export function planFileName(digest: string): string | undefined {
  const hex = /^sha256:([0-9a-f]{64})$/u.exec(digest)?.[1];
  return hex === undefined ? undefined : `${hex}.json`;
}

/** One receipt as one line. */
export function encodeReceipt(receipt: Receipt): string {
  return `${JSON.stringify(receipt)}\n`;
}

/**
 * Every whole line of a ledger. A last line without its newline was torn by a crash and never
 * confirmed: it does not count.
 * @throws UserError STA001 for any other line that is no receipt.
 */
export function decodeLedger(text: string, place: string): Receipt[] {
  return wholeLines(text).map((line, index) => {
    const at = `line ${String(index + 1)}`;
    const value = parseStored(line, place, `${at} `);
    if (!isReceipt(value)) throw damaged(place, `${at} is not a receipt`);
    // The members that are read were checked in isReceipt; `ledger verify` recomputes the digests.
    return value as unknown as Receipt;
  });
}

/** One journal entry as one line. */
export function encodeJournalEntry(entry: JournalEntry): string {
  return `${JSON.stringify(entry)}\n`;
}

/**
 * Every whole line of a journal; a torn last line does not count. @throws UserError STA001 for any
 * other line that is no entry.
 */
export function decodeJournal(text: string, place: string): JournalEntry[] {
  return wholeLines(text).map((line, index) => {
    const at = `line ${String(index + 1)}`;
    const value = parseStored(line, place, `${at} `);
    if (!isJournalEntry(value))
      throw damaged(place, `${at} is not a journal entry`);
    // The members of each kind were checked in isJournalEntry.
    return value as unknown as JournalEntry;
  });
}

/** The part of a text up to its last newline, as lines. */
function wholeLines(text: string): string[] {
  return text.split("\n").slice(0, -1);
}

/**
 * `undefined` for text that is no JSON. @throws UserError STA001 for JSON that two readers would
 * take differently.
 */
function parseStored(text: string, place: string, at = ""): unknown {
  const read = parseStrictJson(text);
  if ("value" in read) return isPlainJson(read.value) ? read.value : undefined;
  if (read.member === undefined) return undefined;
  throw damaged(
    place,
    read.problem === "duplicate"
      ? `${at}names the member ${JSON.stringify(read.member)} twice`
      : `${at}has a member ${JSON.stringify(read.member)}`,
  );
}

/** The refusal of a stored file that is not what it should be. */
export function damaged(place: string, what: string): UserError {
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
