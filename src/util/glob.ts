/** Says whether a text matches a pattern. */
export type Glob = (text: string) => boolean;

/**
 * A pattern in which `*` stands for any text and everything else for itself, taken apart once.
 * Walks the pieces between the stars, so no pattern takes longer than the text and the pattern are.
 */
export function globOf(pattern: string): Glob {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return (text) => text === pattern;
  return (text) => {
    if (!text.startsWith(first)) return false;
    let at = first.length;
    for (const piece of rest) {
      const found = text.indexOf(piece, at);
      if (found < 0) return false;
      at = found + piece.length;
    }
    return text.length - last.length >= at && text.endsWith(last);
  };
}

/** Whether a text matches a pattern that is asked once. */
export function matchesGlob(pattern: string, text: string): boolean {
  return globOf(pattern)(text);
}
