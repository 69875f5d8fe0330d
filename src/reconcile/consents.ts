// What the person who applies agreed to lose.
import type { Address } from '../topology/address.ts';
import type { QueuePattern } from '../topology/queue-pattern.ts';
import type { LossBound } from './loss.ts';

export interface Consents {
  readonly messageLoss: ReadonlyMap<Address, LossBound>;
  /** For all queues that match, together. */
  readonly messageLossOf: readonly SharedLoss[];
  readonly disconnect: ReadonlySet<Address>;
  readonly disconnectOf: readonly QueuePattern[];
  /** The most objects that may be deleted; bindings that go along with one don't count. */
  readonly deletes: number;
}

export const noConsents: Consents = {
  messageLoss: new Map(),
  messageLossOf: [],
  disconnect: new Set(),
  disconnectOf: [],
  deletes: 0,
};

export interface SharedLoss {
  readonly pattern: QueuePattern;
  /** `all` is about each queue; a number about the sum. */
  readonly bound: LossBound;
}
