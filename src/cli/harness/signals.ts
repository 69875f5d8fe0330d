// Signals to a worker: the first drains, the second hands back, the third leaves.

/** Listens until `ended` settles; each signal calls the next of `stages`, and all after the last call the last. */
export async function withStages<T>(
  ended: Promise<T>,
  stages: readonly [() => void, ...(() => void)[]],
): Promise<T> {
  let signals = 0;
  const onSignal = (): void => {
    const stage = stages[Math.min(signals++, stages.length - 1)];
    stage?.();
  };
  for (const signal of names) process.on(signal, onSignal);
  try {
    return await ended;
  } finally {
    for (const signal of names) process.off(signal, onSignal);
  }
}

const names = ['SIGINT', 'SIGTERM'] as const;
