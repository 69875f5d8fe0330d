/** Milliseconds since 1970, by a clock that nobody sets. */
export const now = (): number => Math.round(performance.timeOrigin + performance.now());
