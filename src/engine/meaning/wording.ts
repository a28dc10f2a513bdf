import { countOf } from "../../util/count.ts";
import type { ValueShape } from "../../domain/field/field.ts";
import { segmentsOf, type Pointer } from "../../domain/field/pointer.ts";
import type { PlanChange } from "../../domain/generated/plan.ts";
import { letterMarks } from "../../domain/look-alike.ts";

const MOST_NAMES = 5;
const MOST_CHARACTERS = 120;

/**
 * Names in double quotes: the first few, then how many more there are. Long ones are cut, so a
 * sentence stays a sentence; letters that can pass for others are marked, also those in the part
 * that is cut.
 */
export function quoteNames(names: readonly string[]): string {
  const shown = names
    .slice(0, MOST_NAMES)
    .map((name) => `"${cut(name)}"${letterMarks(name)}`);
  const rest = names.length - shown.length;
  return rest > 0
    ? `${shown.join(", ")} and ${String(rest)} more`
    : shown.join(", ");
}

/**
 * A text that is never cut short, as a difference could stand in the part that is left out: where
 * credentials go.
 */
export function quoteWhole(text: string): string {
  return `"${text}"${letterMarks(text)}`;
}

/**
 * The cut may go through a character of two code units; the half that stays is replaced, as it has
 * no canonical JSON form.
 */
function cut(text: string): string {
  return text.length > MOST_CHARACTERS
    ? `${text.slice(0, MOST_CHARACTERS).toWellFormed()}…`
    : text;
}

/** Connected accounts in words, for any answer the API may have given. */
export function accountsText(accounts: number | "unknown"): string {
  return accounts === "unknown"
    ? "an unknown number of connected accounts"
    : countOf(accounts, "connected account");
}

/**
 * Whom a change affects and what they do, in the middle of a sentence: `140 accounts stay`,
 * `its accounts stay` where nobody counted them. `undefined` where there are none.
 */
export function accountsDo(
  { impact }: Pick<PlanChange, "impact">,
  verb: string,
): string | undefined {
  const accounts = impact?.connected_accounts;
  if (accounts === 0) return undefined;
  if (accounts === undefined) return `its accounts ${verb}`;
  if (accounts === "unknown") return `an unknown number of accounts ${verb}`;
  return `${countOf(accounts, "account")} ${verb}${accounts === 1 ? "s" : ""}`;
}

/** What is said where no account hangs on a connection. */
export const NOBODY = "No account is connected yet.";

/** ` of 140 accounts`, or nothing where there are none to speak of. */
export function ofAccounts(
  change: Pick<PlanChange, "impact" | "action">,
): string {
  return behind("of", change);
}

/** ` for 140 accounts`, as above. */
export function forAccounts(
  change: Pick<PlanChange, "impact" | "action">,
): string {
  return behind("for", change);
}

function behind(
  word: "of" | "for",
  { action, impact }: Pick<PlanChange, "impact" | "action">,
): string {
  const accounts = impact?.connected_accounts;
  if (action === "create" || accounts === 0) return "";
  if (accounts === undefined) return ` ${word} its accounts`;
  return accounts === "unknown"
    ? ` ${word} an unknown number of accounts`
    : ` ${word} ${countOf(accounts, "account")}`;
}

/** Words of ours that begin a sentence. */
export function beginSentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** The beginning of a sentence, put into the middle of one; an abbreviation stays as it is. */
export function withinSentence(text: string): string {
  return /^[A-Z][a-z]/u.test(text)
    ? `${text.charAt(0).toLowerCase()}${text.slice(1)}`
    : text;
}

/** What plans call a part of a document, as the middle of a sentence. */
export function titleOf(
  pointer: Pointer,
  shape: Pick<ValueShape, "title" | "isFree"> | undefined,
): string {
  const last = segmentsOf(pointer)
    .filter((name) => !/^\d+$/u.test(name))
    .at(-1);
  const name = last ?? pointer;
  if (shape === undefined) return quoteNames([name]);
  const title = shape.title ?? name.replaceAll("_", " ");
  return shape.isFree === true ? `${title} ${quoteNames([name])}` : title;
}
