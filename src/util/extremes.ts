/**
 * The largest of some numbers, and never less than a start. Not `Math.max(...numbers)`: a call
 * takes only so many arguments before the stack overflows.
 */
export function largest(numbers: Iterable<number>, start: number): number {
  let most = start;
  for (const number of numbers) if (number > most) most = number;
  return most;
}
