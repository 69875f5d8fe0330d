import type { Consent } from '../reconcile/broker.ts';
import type { PlannedBindings } from '../reconcile/planned-bindings.ts';
import { isQueue, type Binding, type Exchange, type Queue } from '../topology/object.ts';

/** The facts of a replacement, however it is done. */
export interface Replacement {
  readonly before: Exchange | Queue;
  readonly after: Exchange | Queue;
  /** To be put back. */
  readonly bindings: readonly Binding[];
  readonly consent: Consent;
  readonly planned: PlannedBindings;
  /** Makes sure that the broker has a record of the objects to delete. */
  readonly assertRecorded: () => Promise<void>;
}

/**
 * RabbitMQ 3.10 gives the consumers of a quorum queue to the next one of its name, if that comes at
 * once, but none of its messages. It cancels them if there is none for a moment.
 */
export function mayKeepConsumers({ before, after, consent }: Replacement): boolean {
  const isQuorum = isQueue(before) && isQueue(after) && after.type === before.type;
  return isQuorum && before.type === 'quorum' && consent !== 'lose-nothing';
}

/** Milliseconds in which it cancels them: 100 are enough on an idle machine. */
export const cancelling = 500;
