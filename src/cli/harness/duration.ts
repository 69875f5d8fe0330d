// Parses durations on the command line, such as 25m.
import { parseMilliseconds } from '../../harness/duration.ts';
import { wrongFlag } from '../flags.ts';

/** Milliseconds. */
export function parseDuration(flag: string, text: string): number {
  const milliseconds = parseMilliseconds(text);
  if (milliseconds !== undefined) return milliseconds;
  throw wrongFlag(
    `${flag} takes a duration of at most 24 days, not "${text}"`,
    `a number with ms, s, m or h: ${flag} 25m`,
  );
}
