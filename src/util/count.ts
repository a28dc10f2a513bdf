/** A number with thousands apart: `1,000`. The same in every locale. */
export function countText(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/gu, ",");
}

/** A count with its noun: `1 error`, `2 errors`. */
export function countOf(
  count: number,
  noun: string,
  plural: string = `${noun}s`,
): string {
  return `${countText(count)} ${count === 1 ? noun : plural}`;
}
