// What an answer proves about one object, and whether another look may tell more.
import { isRecord, parseJson } from '../topology/json.ts';
import type { BrokerError } from './broker-error.ts';
import { proofOf } from './proof.ts';
import { toNonsenseError, toRefusalError } from './refusal.ts';
import { toSilenceError } from './silence.ts';
import type { Outcome, Request } from './transport.ts';

/** What a GET proves about one object. */
export type Look<T> =
  | { readonly kind: 'there'; readonly object: T }
  | { readonly kind: 'gone' }
  /** `why` no answer proves anything. */
  | { readonly kind: 'unknown'; readonly why: string };

export function toLook<T>(
  request: Request,
  outcome: Outcome,
  parse: (answer: unknown) => T,
): Look<T> {
  const proof = proofOf(request, outcome);
  const unknown = () => ({ kind: 'unknown', why: toError(request, outcome).message }) as const;
  if (outcome.kind === 'unanswered' || proof === 'nothing') return unknown();
  if (proof === 'refused') return outcome.status === 404 ? { kind: 'gone' } : unknown();
  try {
    return { kind: 'there', object: parse(parseJson(outcome.text)) };
  } catch (error) {
    return { kind: 'unknown', why: toNonsenseError(request, outcome, error).message };
  }
}

export function toError(request: Request, outcome: Outcome): BrokerError {
  return outcome.kind === 'unanswered'
    ? toSilenceError(request, outcome)
    : toRefusalError(request, outcome);
}

/** A health check that fails answers 503 itself: an answer like any other, unlike a proxy's. */
export function toCheckAnswer(outcome: Outcome): Outcome {
  if (outcome.kind === 'unanswered' || outcome.status !== 503) return outcome;
  try {
    const answer = parseJson(outcome.text);
    return isRecord(answer) && answer['status'] === 'failed'
      ? { ...outcome, status: 200 }
      : outcome;
  } catch {
    return outcome;
  }
}

/** Whether a look may tell more. A rate limit would reject the look, too. */
export function isDoubtful(request: Request, outcome: Outcome): boolean {
  const isTurnedAway = outcome.kind === 'answered' && outcome.status === 429;
  return !isTurnedAway && proofOf(request, outcome) === 'nothing';
}
