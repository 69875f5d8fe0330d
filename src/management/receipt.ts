// Reports the messages deleted with a queue, and whether they are more than agreed.
import { NotReplaced, type Consent, type Depth } from '../reconcile/broker.ts';
import { MessagesLost, type Loss } from '../reconcile/loss.ts';
import { addressOf } from '../topology/identity.ts';
import { isQueue, type Exchange, type Queue } from '../topology/object.ts';
import { WouldLose } from './would-lose.ts';

/** No message may be lost. */
export type CarefulConsent = 'lose-nothing' | 'disconnect';

export const isCareful = (consent: Consent): consent is CarefulConsent =>
  consent === 'lose-nothing' || consent === 'disconnect';

/** How many messages may be lost, if that has to be counted. */
export const limitOf = (consent: Consent): number | undefined =>
  typeof consent === 'object' ? consent.atMost : undefined;

/**
 * `before`: what the queue held at the last look. `ready`: its ready messages when it was about to
 * be deleted.
 */
export function tooMany(queue: Queue, consent: Consent, before: Depth, ready: number): WouldLose {
  const { unacked, consumers } = before.kind === 'known' ? before : { unacked: 0, consumers: 0 };
  return new WouldLose(queue, { kind: 'known', ready, unacked, consumers }, limitOf(consent));
}

interface Counts {
  /** What the queue held at the last look. */
  readonly before: Depth;
  /** The ready messages deleted, by the delete's own answer; undefined if it had none. */
  readonly counted: number | undefined;
}

/**
 * Returns undefined if nothing may be lost and nothing was. Throws MessagesLost if more was lost
 * than may be.
 */
export function toReceipt(
  queue: Queue,
  what: 'deleted' | 'replaced',
  consent: Consent,
  counts: Counts,
): Loss | undefined {
  const loss = toLoss(queue, counts);
  const limit = isCareful(consent) ? 0 : limitOf(consent);
  if (loss.kind === 'counted' && limit !== undefined && loss.ready + (loss.unacked ?? 0) > limit) {
    throw new MessagesLost(addressOf(queue), what, loss, limit);
  }
  return isCareful(consent) ? undefined : loss;
}

/**
 * If messages can't be counted beforehand, as in a stream, the delete doesn't count them either: it
 * says 0.
 */
export function toLoss(object: Exchange | Queue, { before, counted }: Counts): Loss {
  if (before.kind === 'unknown') {
    return (counted ?? 0) > 0 ? { kind: 'counted', ready: counted ?? 0 } : { kind: 'uncounted' };
  }
  const { ready, unacked } = before;
  // The delete, too, says 0 if the leader of a quorum queue does not answer in time.
  const isQuorum = isQueue(object) && object.type === 'quorum';
  const isUnsure = counted === undefined || (isQuorum && counted === 0 && ready > 0);
  return isUnsure
    ? { kind: 'counted-before', ready, unacked }
    : { kind: 'counted', ready: counted, unacked };
}

/** Adds the messages lost to an error about what was not put back. */
export const withLoss =
  (loss: Loss | undefined) =>
  (error: unknown): never => {
    if (!(error instanceof NotReplaced) || loss === undefined) throw error;
    throw new NotReplaced(error.message, error.hint ?? '', error.lost, loss);
  };
