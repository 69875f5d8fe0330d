// What an answer proves about one object, and whether another look may tell more.
import { parseJson } from '../topology/json.ts';
import { proofOf } from './proof.ts';
import type { Outcome, Request } from './transport.ts';

/** What a GET proves about one object. */
export type Look<T> =
  | { readonly kind: 'there'; readonly object: T }
  | { readonly kind: 'gone' }
  | { readonly kind: 'unknown' };

export function toLook<T>(
  request: Request,
  outcome: Outcome,
  parse: (answer: unknown) => T,
): Look<T> {
  const proof = proofOf(request, outcome);
  if (outcome.kind === 'unanswered' || proof === 'nothing') return { kind: 'unknown' };
  if (proof === 'refused') return { kind: outcome.status === 404 ? 'gone' : 'unknown' };
  try {
    return { kind: 'there', object: parse(parseJson(outcome.text)) };
  } catch {
    return { kind: 'unknown' };
  }
}

/** Whether a look may tell more. A rate limit would reject the look, too. */
export function isDoubtful(request: Request, outcome: Outcome): boolean {
  const isTurnedAway = outcome.kind === 'answered' && outcome.status === 429;
  return !isTurnedAway && proofOf(request, outcome) === 'nothing';
}
