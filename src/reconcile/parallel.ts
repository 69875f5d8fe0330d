// Runs a bounded number of calls at once.

/** The most writes at once: more gained nothing (docs/decisions/parallel-writes.md). */
export const mostAtOnce = 64;

/** The most queues at once whose messages are on the move. */
export const carriedAtOnce = 4;

/** Calls `work` for each item in order, `limit` at a time. */
export async function forEachParallel<T>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
}
