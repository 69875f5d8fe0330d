// Chance that is the same for the same seed.

export interface Random {
  /** From 0 to below 1. */
  readonly next: () => number;
  readonly chance: (probability: number) => boolean;
  readonly between: (low: number, high: number) => number;
  readonly pick: <T>(from: readonly T[]) => T | undefined;
}

/** Mulberry32. */
export function randomFrom(seed: number): Random {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    chance: (probability) => next() < probability,
    between: (low, high) => low + next() * (high - low),
    pick: (from) => from[Math.floor(next() * from.length)],
  };
}
