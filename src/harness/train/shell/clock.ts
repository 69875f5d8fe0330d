/** Milliseconds since 1970. The clock is monotonic: setting the machine's time does not move it. */
export const now = (): number => Math.round(performance.timeOrigin + performance.now());
