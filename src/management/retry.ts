// What passes by itself, and how long to wait for it.
import { isCut } from './silence.ts';
import type { Outcome, Request } from './transport.ts';

/** The last is a limit on how often is asked. */
const passingStatuses: readonly number[] = [502, 503, 504, 429];
/** A node of the cluster that is down comes as a 400. */
const passingReason = /could not be contacted|timed out/i;
const firstPause = 50;
const longestPause = 2_000;

/** Milliseconds. With less left to wait, asking again would only hide what went wrong. */
const shortestAttempt = 1_000;
/** Milliseconds that a delete may start late, as what was looked at before it still counts. */
const longestDelay = 2_000;

/** A list of objects that come and go may fail with a 500 that is gone the next time, or never goes. */
const failures = { of: 'GET', status: 500, most: 3 };

/** `isFirm`: it must not stay half done, so that every silence is hoped to pass. */
export function isPassing(
  { method }: Request,
  outcome: Outcome,
  attempt: number,
  { isFirm }: { isFirm: boolean },
): boolean {
  // Of a delete nothing else says that it was not done.
  if (method === 'DELETE') return outcome.kind === 'answered' && outcome.status === 429;
  if (outcome.kind === 'unanswered') return isFirm || isCut(outcome);
  const { status, text } = outcome;
  if (status === failures.status && method === failures.of) return attempt < failures.most;
  return passingStatuses.includes(status) || (status === 400 && passingReason.test(text));
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
