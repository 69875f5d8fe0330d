// Random numbers that a seed brings back.

export interface Random {
  /** At least 0, less than 1. */
  fraction(): number;
  /** A whole number, at least 0, less than `below`. */
  below(below: number): number;
  pick<T>(from: readonly T[]): T;
  shuffle<T>(list: readonly T[]): T[];
}

/** A linear congruential generator of 48 bits, with drand48's constants. */
export function seeded(seed: number): Random {
  let state = (BigInt(seed) << 16n) + 0x330en;
  const fraction = (): number => {
    state = (state * 0x5deece66dn + 0xbn) & 0xffff_ffff_ffffn;
    return Number(state) / 2 ** 48;
  };
  const below = (bound: number): number => Math.floor(fraction() * bound);
  return {
    fraction,
    below,
    pick: (from) => {
      const picked = from[below(from.length)];
      if (picked === undefined) throw new Error('nothing to pick from');
      return picked;
    },
    shuffle: (list) =>
      list
        .map((one) => ({ one, at: fraction() }))
        .sort((a, b) => a.at - b.at)
        .map(({ one }) => one),
  };
}
