/** Orders texts by UTF-16 code units: the same on every machine, unlike a locale's order. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Orders things by their key. */
export function byKey(
  a: { readonly key: string },
  b: { readonly key: string },
): number {
  return compareText(a.key, b.key);
}
