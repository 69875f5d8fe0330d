// What passes by itself, and how long to wait for it.
import { isNodeDown, proofOf } from './proof.ts';
import { isCut } from './silence.ts';
import type { Outcome, Request } from './transport.ts';

/** The last is a limit on how often is asked. */
const passingStatuses: readonly number[] = [502, 503, 504, 429];
const firstPause = 50;
const longestPause = 2_000;

/** Milliseconds. With less left to wait, asking again would only hide what went wrong. */
const shortestAttempt = 1_000;
/** Milliseconds that a delete may start late, as what was looked at before it still counts. */
const longestDelay = 2_000;

/**
 * A list of objects that come and go may fail with a 500 that is gone soon, or never goes: 4.0.5 answered
 * three lists of vhosts in a row so while others were deleted.
 */
const failures = { of: 'GET', status: 500, most: 6 };

/** `isFirm`: it must not stay half done, so that whatever proves nothing is hoped to pass. */
export function isPassing(
  request: Request,
  outcome: Outcome,
  attempt: number,
  { isFirm }: { isFirm: boolean },
): boolean {
  const { method } = request;
  // Of a delete nothing else says that it was not done.
  if (method === 'DELETE') return outcome.kind === 'answered' && outcome.status === 429;
  if (isFirm && proofOf(request, outcome) === 'nothing') return true;
  if (outcome.kind === 'unanswered') return isCut(outcome);
  const { status } = outcome;
  if (status === failures.status && method === failures.of) return attempt < failures.most;
  return passingStatuses.includes(status) || isNodeDown(outcome);
}

/** Whether the broker itself has answered: a proxy before it has words of its own. */
export function isHeard(outcome: Outcome): boolean {
  return outcome.kind === 'answered' && !passingStatuses.includes(outcome.status);
}

/** When the last attempt of a request may begin whose patience ends then. */
export function latestStart({ method }: Request, now: number, end: number): number {
  const latest = end - Math.min(shortestAttempt, (end - now) / 2);
  return method === 'DELETE' ? Math.min(latest, now + longestDelay) : latest;
}

/** Milliseconds before an attempt, the second being the first to wait; jittered, so that a crowd disperses. */
export function pauseBefore(attempt: number, outcome: Outcome): number {
  const longest = Math.min(longestPause, firstPause * 2 ** (attempt - 2));
  const asked = outcome.kind === 'answered' ? (outcome.retryAfter ?? 0) : 0;
  return Math.max(longest * (0.5 + Math.random() / 2), asked * (1 + Math.random() / 10));
}
