// The id of a run: its folder's name, and the prefix of its tasks' ids.
import { InvalidInput } from '../../../topology/problem.ts';
import { quote } from '../../../topology/quote.ts';

/** Such as digits-20261123-093005: the job's name and the time in UTC. */
export function makeRunId(job: string, now: Date): string {
  const [date = '', time = ''] = now.toISOString().split(/[T.]/);
  return `${job}-${date.replaceAll('-', '')}-${time.replaceAll(':', '')}`;
}

/** Throws InvalidInput. */
export function checkRunId(run: string): void {
  if (isRunId(run)) return;
  throw new InvalidInput([
    {
      code: 'wrong-flag',
      message: `${quote(run)} can't be the id of a run`,
      hint: 'letters, digits, dots, underscores and dashes, at most 100, the first a letter or a digit',
    },
  ]);
}

export const isRunId = (text: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(text);
