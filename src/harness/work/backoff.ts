// How long to wait before the next try: longer each time, and jittered.

/** Milliseconds. */
export interface Backoff {
  readonly shortest: number;
  readonly longest: number;
}

export const usualBackoff: Backoff = { shortest: 1_000, longest: 60_000 };

/** Before attempt n + 1: usually 1 s, 2 s, 4 s … 60 s, each up to a half more or less. */
export function holdFor(attempt: number, { shortest, longest }: Backoff): number {
  const base = Math.min(shortest * 2 ** (attempt - 1), longest);
  return Math.min(base * (0.5 + Math.random()), longest);
}
