// Medians of how long units took, to recognize stragglers.

/** Milliseconds from dispatch to result; both sorted. */
export interface Durations {
  readonly last: readonly number[];
  readonly current: readonly number[];
}

export const noDurations: Durations = { last: [], current: [] };

const fewest = 3;

export function withDuration({ last, current }: Durations, duration: number): Durations {
  const place = current.findIndex((one) => one > duration);
  return { last, current: current.toSpliced(place < 0 ? current.length : place, 0, duration) };
}

/** At the end of a round. */
export const nextDurations = ({ current }: Durations): Durations => ({
  last: current,
  current: [],
});

/** Of this round and the last one; undefined if they say too little. */
export function medianOf({ last, current }: Durations): number | undefined {
  const count = last.length + current.length;
  if (count < fewest) return undefined;
  const all = [...last, ...current].sort((a, b) => a - b);
  const high = all[Math.floor(count / 2)] ?? 0;
  const low = all[Math.floor((count - 1) / 2)] ?? 0;
  return (low + high) / 2;
}
