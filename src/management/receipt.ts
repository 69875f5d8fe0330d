// What a queue took with it when it went, and whether that is more than was agreed to.
import { NotReplaced, type Consent, type Depth } from '../reconcile/broker.ts';
import { MessagesLost, type Loss } from '../reconcile/loss.ts';
import { addressOf } from '../topology/identity.ts';
import type { Queue } from '../topology/object.ts';
import { WouldLose } from './would-lose.ts';

/** No message may go. */
export type CarefulConsent = 'lose-nothing' | 'disconnect';

export const isCareful = (consent: Consent): consent is CarefulConsent =>
  consent === 'lose-nothing' || consent === 'disconnect';

/** So many messages may go, where that has to be counted. */
export const limitOf = (consent: Consent): number | undefined =>
  typeof consent === 'object' ? consent.atMost : undefined;

/** `before`: what it held at the last look. `ready`: what it held when it was to be deleted. */
export function tooMany(queue: Queue, consent: Consent, before: Depth, ready: number): WouldLose {
  const { unacked, consumers } = before.kind === 'known' ? before : { unacked: 0, consumers: 0 };
  return new WouldLose(queue, { kind: 'known', ready, unacked, consumers }, limitOf(consent));
}

interface Counts {
  /** What it held at the last look. */
  readonly before: Depth;
  /** The ready messages that went, by the delete itself; undefined where it said nothing. */
  readonly counted: number | undefined;
}

/** Undefined where nothing may go and nothing went. Throws MessagesLost where more went than may. */
export function toReceipt(
  queue: Queue,
  what: 'deleted' | 'replaced',
  consent: Consent,
  counts: Counts,
): Loss | undefined {
  const loss = toLoss(counts);
  const limit = isCareful(consent) ? 0 : limitOf(consent);
  if (loss.kind === 'counted' && limit !== undefined && loss.ready + (loss.unacked ?? 0) > limit) {
    throw new MessagesLost(addressOf(queue), what, loss, limit);
  }
  return isCareful(consent) ? undefined : loss;
}

/** What can't be counted beforehand, as a stream, the delete does not count either: it says 0. */
export function toLoss({ before, counted }: Counts): Loss {
  if (before.kind === 'unknown') {
    return (counted ?? 0) > 0 ? { kind: 'counted', ready: counted ?? 0 } : { kind: 'uncounted' };
  }
  const { ready, unacked } = before;
  return counted === undefined
    ? { kind: 'counted-before', ready, unacked }
    : { kind: 'counted', ready: counted, unacked };
}

/** What was not put back, and beside it the messages that went. */
export const withLoss =
  (loss: Loss | undefined) =>
  (error: unknown): never => {
    if (!(error instanceof NotReplaced) || loss === undefined) throw error;
    throw new NotReplaced(error.message, error.hint ?? '', error.lost, loss);
  };
