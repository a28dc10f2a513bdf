const MOST_NAMES = 5;
const MOST_CHARACTERS = 120;

/** Names in double quotes: the first few, then how many more there are. Long ones are cut, so a sentence stays a sentence. */
export function quoteNames(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).map((name) => `"${cut(name)}"`);
  const rest = names.length - shown.length;
  return rest > 0 ? `${shown.join(", ")} and ${rest} more` : shown.join(", ");
}

function cut(text: string): string {
  const characters = [...text];
  return characters.length > MOST_CHARACTERS
    ? `${characters.slice(0, MOST_CHARACTERS).join("")}…`
    : text;
}

/** `1 delete`, `3 deletes`. */
export function countOf(count: number, singular: string): string {
  return `${count} ${singular}${count === 1 ? "" : "s"}`;
}

/** Connected accounts in words, for any answer the API may have given. */
export function accountsText(accounts: number | "unknown"): string {
  return accounts === "unknown"
    ? "an unknown number of connected accounts"
    : countOf(accounts, "connected account");
}
