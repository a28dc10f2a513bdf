const MOST_NAMES = 5;
const MOST_CHARACTERS = 120;

/** Names in double quotes: the first few, then how many more there are. Long ones are cut, so a sentence stays a sentence. */
export function quoteNames(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).map((name) => `"${cut(name)}"`);
  const rest = names.length - shown.length;
  return rest > 0
    ? `${shown.join(", ")} and ${String(rest)} more`
    : shown.join(", ");
}

/** The cut may go through a character of two code units; the half that stays is replaced, as it has no canonical JSON form. */
function cut(text: string): string {
  return text.length > MOST_CHARACTERS
    ? `${text.slice(0, MOST_CHARACTERS).toWellFormed()}…`
    : text;
}

/** `1 delete`, `3 deletes`. */
export function countOf(count: number, singular: string): string {
  return `${String(count)} ${singular}${count === 1 ? "" : "s"}`;
}

/** Connected accounts in words, for any answer the API may have given. */
export function accountsText(accounts: number | "unknown"): string {
  return accounts === "unknown"
    ? "an unknown number of connected accounts"
    : countOf(accounts, "connected account");
}
