/** Lets a generator run ahead of whoever takes what it yields, by up to so many, and by no less than half as many. */
export async function* ahead<T>(
  source: AsyncGenerator<T, void, undefined>,
  by: number,
): AsyncGenerator<T, void, undefined> {
  // A generator answers calls of next in their order, and works on the first without waiting for its taker.
  const next = async (): Promise<IteratorResult<T, void>> => source.next();
  const waiting = Array.from({ length: by }, next);
  try {
    for (let taken = waiting.shift(); taken !== undefined; taken = waiting.shift()) {
      const { done, value } = await taken;
      if (done === true) return;
      // Many at once: what is asked for together reaches the disk together.
      if (waiting.length <= by / 2) while (waiting.length < by) waiting.push(next());
      yield value;
    }
  } finally {
    // Not waited for: it may be in the midst of something that never ends.
    void Promise.allSettled([...waiting, source.return()]);
  }
}
