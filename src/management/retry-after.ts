// The header Retry-After.

/** Milliseconds from now, by the clock of who says so; undefined where it is missing or says nothing. */
export function parseRetryAfter(header: unknown, date: unknown): number | undefined {
  if (typeof header !== 'string') return undefined;
  if (/^\d+$/.test(header)) return Number(header) * 1_000;
  const now = typeof date === 'string' ? Date.parse(date) : NaN;
  const after = Date.parse(header) - (Number.isNaN(now) ? Date.now() : now);
  return Number.isNaN(after) ? undefined : Math.max(0, after);
}
