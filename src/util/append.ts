/**
 * Adds every item to the end of a list. Not `push(...items)`: a call takes only so many arguments
 * before the stack overflows, and documents decide how many there are.
 */
export function append<T>(target: T[], items: Iterable<T>): void {
  for (const item of items) target.push(item);
}
