// Parses durations as people write them, such as 25m.

const units = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
]);

/**
 * Whole milliseconds, at least 1 and at most 24 days, as Node's timers count in 31 bits; undefined
 * for any other text.
 */
export function parseMilliseconds(text: string): number | undefined {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  const milliseconds = Math.round(Number(number) * (units.get(unit) ?? NaN));
  return milliseconds > 0 && milliseconds < 2 ** 31 ? milliseconds : undefined;
}
