// What passes by itself, and how long to wait for it.
import { isNodeDown } from './proof.ts';
import { isCut } from './silence.ts';
import type { Outcome, Request } from './transport.ts';

const passingStatuses: readonly number[] = [502, 503, 504];
const firstPause = 50;
const longestPause = 2_000;

/** A list of objects that come and go may fail with a 500 that is gone the next time, or never goes. */
const failures = { of: 'GET', status: 500, most: 3 };

export function isPassing({ method }: Request, outcome: Outcome, attempt: number): boolean {
  if (outcome.kind === 'unanswered') return isCut(outcome);
  const { status } = outcome;
  if (status === failures.status && method === failures.of) return attempt < failures.most;
  return passingStatuses.includes(status) || isNodeDown(outcome);
}

/** Whether the broker itself has answered: a proxy before it has words of its own. */
export function isHeard(outcome: Outcome): boolean {
  return outcome.kind === 'answered' && !passingStatuses.includes(outcome.status);
}

/** Milliseconds before an attempt, the second being the first to wait; jittered, so that a crowd disperses. */
export function pauseBefore(attempt: number): number {
  const longest = Math.min(longestPause, firstPause * 2 ** (attempt - 2));
  return longest * (0.5 + Math.random() / 2);
}
