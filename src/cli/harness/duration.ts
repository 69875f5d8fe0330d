// Durations on the command line, such as 25m.
import { wrongFlag } from '../flags.ts';

const units = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
]);

/** Milliseconds. */
export function parseDuration(flag: string, text: string): number {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  const milliseconds = Math.round(Number(number) * (units.get(unit) ?? NaN));
  // Node's timers count in 31 bits.
  if (milliseconds > 0 && milliseconds < 2 ** 31) return milliseconds;
  throw wrongFlag(
    `${flag} takes a duration of at most 24 days, not "${text}"`,
    `a number with ms, s, m or h: ${flag} 25m`,
  );
}
