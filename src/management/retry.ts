// Tells which failures pass by themselves, and how long to wait for that.
import { encode } from '../topology/address.ts';
import { goneVhost, isNodeDown, proofOf } from './proof.ts';
import { isCut } from './silence.ts';
import type { Outcome, Request } from './transport.ts';

/** 429 is a rate limit. */
const passingStatuses: readonly number[] = [502, 503, 504, 429];
const firstPause = 50;
const longestPause = 2_000;

/** Milliseconds. With less time left, another attempt would only hide the error. */
const shortestAttempt = 1_000;
/** Milliseconds that a delete may start late: for so long the last look still counts. */
const longestDelay = 2_000;

/**
 * A list of objects that come and go may fail with a 500, for a moment or for good: 4.0.5 answered
 * three lists of vhosts in a row so while others were deleted.
 */
const failures = { of: 'GET', status: 500, most: 6 };

/** `isFirm`: the work must not stay half done, so retry after any answer that proves nothing. */
export function isPassing(
  request: Request,
  outcome: Outcome,
  attempt: number,
  { isFirm }: { isFirm: boolean },
): boolean {
  const { method } = request;
  // Only a 429 says that a delete was not done.
  if (method === 'DELETE') return outcome.kind === 'answered' && outcome.status === 429;
  if (isFirm && proofOf(request, outcome) === 'nothing') return true;
  if (outcome.kind === 'unanswered') return isCut(outcome);
  const { status } = outcome;
  if (status === failures.status && method === failures.of) return attempt < failures.most;
  return passingStatuses.includes(status) || isNodeDown(outcome) || isOfAnother(request, outcome);
}

/** Whether the broker refuses it only while it deletes a vhost that the request is not about. */
function isOfAnother({ path }: Request, outcome: Extract<Outcome, { kind: 'answered' }>): boolean {
  const gone = goneVhost(outcome);
  return gone !== undefined && !path.split('/').includes(encode(gone));
}

/** Whether the broker itself answered, not a proxy in front of it. */
export function isHeard(outcome: Outcome): boolean {
  return outcome.kind === 'answered' && !passingStatuses.includes(outcome.status);
}

/** The latest start of a request's last attempt, if its time is up at `end`. */
export function latestStart({ method }: Request, now: number, end: number): number {
  const latest = end - Math.min(shortestAttempt, (end - now) / 2);
  return method === 'DELETE' ? Math.min(latest, now + longestDelay) : latest;
}

/** Milliseconds before an attempt, from the second on; jittered, so that clients spread out. */
export function pauseBefore(attempt: number, outcome: Outcome): number {
  const longest = Math.min(longestPause, firstPause * 2 ** (attempt - 2));
  const asked = outcome.kind === 'answered' ? (outcome.retryAfter ?? 0) : 0;
  return Math.max(longest * (0.5 + Math.random() / 2), asked * (1 + Math.random() / 10));
}
