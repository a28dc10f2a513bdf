/**
 * Runs a task for each item, at most `limit` at a time, started in order. Rejects with the first
 * failure after all started tasks ended.
 */
export async function runBounded<T>(
  items: readonly T[],
  limit: number,
  task: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const worker = async (): Promise<void> => {
    for (const item of queue) await task(item);
  };
  const results = await Promise.allSettled(
    Array.from({ length: Math.min(limit, items.length) }, worker),
  );
  for (const result of results)
    if (result.status === "rejected") throw result.reason;
}
