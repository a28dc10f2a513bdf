import { plainText } from "../../util/plain-text.ts";

/** What stands in a frame or message for text that must not be shown. */
export const HIDDEN = "«hidden»";

const MAX_NAME = 80;

/**
 * A name from a document in double quotes, escaped and cut to 80 characters: the only way such text
 * gets into a message.
 */
export function quoted(name: string): string {
  const cut = name.length > MAX_NAME ? `${name.slice(0, MAX_NAME)}…` : name;
  return `"${plainText(cut)}"`;
}

/** Several names for a sentence: `"a", "b" or "c"`. */
export function quotedList(
  names: readonly string[],
  word: "or" | "and",
): string {
  const all = names.map(quoted);
  const last = all.pop();
  if (last === undefined) return "";
  return all.length === 0 ? last : `${all.join(", ")} ${word} ${last}`;
}

/**
 * Code units that no document may hold, written plainly or escaped: C0 except tab and line ends,
 * DEL, C1, and halves of pairs.
 */
export function findControlCharacter(text: string): number {
  // Nearly every text is printable ASCII, which is told faster.
  if (/^[\n\u0020-\u007e]*$/u.test(text)) return -1;
  return text.search(
    // Sought on purpose: this is the expression that refuses them.
    /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]|\p{Cs}/u,
  );
}
